import { useState } from 'react';
import { LiveRegion } from '../platform/announce';
import { s } from '../platform/i18n/staff';
import { usePage } from '../platform/router';
import { Alert, Refused, Spinner } from '../platform/ui';
import { useTenant } from '../tenancy/Tenant';
import { useCommand } from './CockpitPage';
import { Dossier } from './Dossier';
import type { DossierTab } from './script';
import { useVisit, useVisitStore, VisitProvider } from './Visit';
import { ConnectionNote } from './WaitingRoom';

/** The dossier in a window of its own, for a second screen; the same live feed keeps both alike. */
export function DossierPage({ visit }: { visit: string }) {
  const tenant = useTenant();
  const { store, state } = useVisitStore({ tenant: tenant.code, visit, participant: null });
  if (state?.refused) return <main className="desk-page"><Refused error={state.refused} /></main>;
  if (!store || !state?.snapshot) return <main className="desk-page"><Spinner /></main>;
  return (
    <VisitProvider value={{ store, state, snapshot: state.snapshot }}>
      <SecondScreen />
    </VisitProvider>
  );
}

function SecondScreen() {
  const { store, snapshot } = useVisit();
  const [tab, setTab] = useState<DossierTab>('documents');
  const { run, problem } = useCommand();
  const citizen = snapshot.appointment.participants.find((p) => p.role === 'citizen')?.name ?? '';
  usePage(`${s.tabs.label} - ${citizen}`);
  return (
    <main className="second-screen">
      <h1 className="utrecht-heading-3">{s.tabs.label}: {citizen}</h1>
      <ConnectionNote />
      {problem && <Alert kind="error" live><p>{problem}</p></Alert>}
      <Dossier tab={tab} onTab={setTab} onStartSigning={() => void run(() => store.post('signing/start', {}))} />
      <LiveRegion />
    </main>
  );
}
