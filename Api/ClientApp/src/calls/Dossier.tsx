import { DocumentsPanel } from '../documents/DocumentsPanel';
import { ReportEditor } from '../documents/ReportEditor';
import { IdentityTab } from '../identity/IdentityTab';
import { s } from '../platform/i18n/staff';
import { Tabs } from '../platform/ui';
import { RecordingTab } from '../recording/RecordingTab';
import { SigningTab } from '../signing/SigningTab';
import { PeopleTab } from './PeopleTab';
import type { DossierTab } from './script';
import { useVisit } from './Visit';

/** The right side of the cockpit, and all of the second screen. */
export function Dossier({ tab, onTab, onStartSigning }: { tab: DossierTab; onTab: (tab: DossierTab) => void; onStartSigning: () => void }) {
  const { snapshot } = useVisit();
  const { dossier, identity, call, signing } = snapshot;
  const items: { id: DossierTab; label: string; badge?: string | number | null }[] = [
    { id: 'documents', label: s.tabs.documents, badge: dossier.documents.length },
    { id: 'identity', label: s.tabs.identity, badge: identity.checks.some((c) => c.status === 'proven') ? '!' : null },
    { id: 'report', label: s.tabs.report },
    { id: 'recording', label: s.tabs.recording, badge: call.recording ? '●' : null },
    { id: 'signing', label: s.tabs.signing, badge: signing.next === snapshot.me.id ? '!' : null },
    { id: 'people', label: s.tabs.people },
  ];
  return (
    <Tabs items={items} active={tab} onSelect={onTab} label={s.tabs.label}>
      {tab === 'documents' && <DocumentsPanel />}
      {tab === 'identity' && <IdentityTab />}
      {/* The editor stays, so that what was typed stays, whichever tab is open. */}
      <div hidden={tab !== 'report'}><ReportEditor /></div>
      {tab === 'recording' && <RecordingTab />}
      {tab === 'signing' && <SigningTab onStart={onStartSigning} />}
      {tab === 'people' && <PeopleTab />}
    </Tabs>
  );
}
