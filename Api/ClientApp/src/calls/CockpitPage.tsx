import { useCallback, useState } from 'react';
import { ApiError } from '../platform/http';
import { sentence, useText } from '../platform/i18n';
import { s } from '../platform/i18n/staff';
import { Link, usePage } from '../platform/router';
import { Alert, Button, Checkbox, Dialog, Refused, Spinner } from '../platform/ui';
import { useNow } from '../platform/useNow';
import { StaffShell } from '../tenancy/Staff';
import { useTenant } from '../tenancy/Tenant';
import { clockOn } from '../platform/dates';
import { CloseDialog } from './CloseDialog';
import { EntryState, useDesk, waitingTotal } from './DeskPage';
import { firstAtDoor } from './door';
import { Dossier } from './Dossier';
import { OfficerCall } from './OfficerCall';
import type { DossierTab, Step, StepAction } from './script';
import { nextStep, scriptOf } from './script';
import { setShortcuts, shortcutsOn, useShortcuts } from './shortcuts';
import { mySeat, useMedia, useVisit, useVisitStore, VisitProvider } from './Visit';

/** The officer's screen of one visit: who is next, the call with its script, the dossier. */
export function CockpitPage({ visit }: { visit: string }) {
  const tenant = useTenant();
  const { store, state } = useVisitStore({ tenant: tenant.code, visit, participant: null });
  if (state?.refused) return <StaffShell><h1 className="utrecht-heading-1">{s.cockpit.failed}</h1><Refused error={state.refused} /></StaffShell>;
  if (!store || !state?.snapshot) return <StaffShell><Spinner /></StaffShell>;
  return (
    <VisitProvider value={{ store, state, snapshot: state.snapshot }}>
      <Cockpit key={visit} />
    </VisitProvider>
  );
}

const ticksKey = (visit: string) => `balie.ticks.${visit}`;

/** The steps that only the officer knows to be done; kept in this tab. */
function useTicks(visit: string): [ReadonlySet<string>, (step: string) => void] {
  const [ticks, setTicks] = useState<ReadonlySet<string>>(() => new Set(JSON.parse(sessionStorage.getItem(ticksKey(visit)) ?? '[]') as string[]));
  const tick = (step: string) => {
    const next = new Set(ticks).add(step);
    sessionStorage.setItem(ticksKey(visit), JSON.stringify([...next]));
    setTicks(next);
  };
  return [ticks, tick];
}

/** Sends commands and keeps the last refusal for the screen. */
export function useCommand(): { run: (command: () => Promise<unknown>) => Promise<boolean>; busy: boolean; problem: string | null; clear: () => void } {
  const t = useText();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const run = useCallback(
    async (command: () => Promise<unknown>) => {
      setBusy(true);
      setProblem(null);
      try {
        await command();
        return true;
      } catch (cause) {
        if (!(cause instanceof ApiError)) throw cause;
        setProblem(sentence(cause, t));
        return false;
      } finally {
        setBusy(false);
      }
    },
    [t],
  );
  return { run, busy, problem, clear: () => setProblem(null) };
}

function Cockpit() {
  const { store, snapshot, state } = useVisit();
  const tenant = useTenant();
  const product = tenant.products.find((p) => p.id === snapshot.appointment.product);
  const [ticks, tick] = useTicks(store.place.visit);
  const [tab, setTab] = useState<DossierTab>('documents');
  const [dialog, setDialog] = useState<'close' | 'safely' | 'keys' | null>(null);
  const { run, busy, problem } = useCommand();
  const seat = mySeat(snapshot);
  const inCall = seat?.status === 'admitted' && seat.session === snapshot.me.session && snapshot.call.status !== 'ended';
  const { media, mediaState } = useMedia(store, state, { microphone: true, camera: true }, inCall ? 'in' : 'away');
  const citizen = snapshot.appointment.participants.find((p) => p.role === 'citizen')?.name ?? '';
  usePage(`${citizen} - ${product?.name ?? ''}`, store.place.visit);

  const act = (action: StepAction) => {
    switch (action.do) {
      case 'join': return void run(() => store.post('call/arrive', { camera: true, microphone: true }));
      case 'admit': return void run(() => store.post('call/admit', { participant: action.participant, session: action.session }));
      case 'requestIdentity': return void run(async () => { await store.post('identity/request', { participant: action.participant }); setTab('identity'); });
      case 'tick': return tick(action.step);
      case 'askRecording': return void run(async () => { await store.post('recording/ask', {}); setTab('recording'); });
      case 'startSigning': return void run(async () => { await store.post('signing/start', {}); setTab('signing'); });
      case 'tab': return setTab(action.tab);
      case 'close': return setDialog('close');
    }
  };
  // Time matters to the steps only while somebody is away.
  const now = useNow(snapshot.call.seats.some((x) => x.awaySince) ? 1000 : 60_000) + state.clockOffset;
  const steps = scriptOf(snapshot, product, ticks, now);
  const next = nextStep(steps);
  const first = firstAtDoor(snapshot.call, now);
  const second = () => window.open(`/${tenant.code}/balie/bezoek/${store.place.visit}/dossier`, `dossier-${store.place.visit}`, 'popup,width=1100,height=900');
  const tabs: DossierTab[] = ['documents', 'identity', 'report', 'recording', 'signing', 'people'];
  useShortcuts({
    n: () => next?.action && act(next.action),
    a: () => first && act({ do: 'admit', participant: first.seat.participant, session: first.session }),
    m: () => void media?.setMicrophone(!mediaState?.microphoneOn),
    c: () => void media?.setCamera(!mediaState?.cameraOn),
    t: second,
    x: () => inCall && setDialog('safely'),
    '?': () => setDialog('keys'),
    ...Object.fromEntries(tabs.map((id, i) => [String(i + 1), () => setTab(id)])),
  });
  const tools = (
    <>
      <button type="button" className="desk__link" onClick={second}>{s.cockpit.second}</button>
      <button type="button" className="desk__link" onClick={() => setDialog('keys')}>{s.cockpit.keys} (?)</button>
      {inCall && <button type="button" className="desk__danger" onClick={() => setDialog('safely')}>{s.cockpit.safely}</button>}
    </>
  );
  return (
    <StaffShell fill tools={tools}>
      <h1 className="visually-hidden">{citizen}, {product?.name}</h1>
      <div className="cockpit">
        <Side />
        <section className="cockpit__middle" aria-label={product?.name}>
          <OfficerCall now={now} inCall={inCall} media={media} mediaState={mediaState} run={run} />
          {problem && <Alert kind="error" title={s.cockpit.failed} live><p>{problem}</p></Alert>}
          <Script steps={steps} next={next} busy={busy} onAct={act} />
        </section>
        <section className="cockpit__right" aria-label={s.tabs.label}>
          <Dossier tab={tab} onTab={setTab} onStartSigning={() => act({ do: 'startSigning' })} />
        </section>
      </div>
      {dialog === 'close' && <CloseDialog product={product} onClose={() => setDialog(null)} />}
      {dialog === 'keys' && <Keys onClose={() => setDialog(null)} />}
      {dialog === 'safely' && (
        <Dialog
          title={s.cockpit.safelyTitle}
          onClose={() => setDialog(null)}
          actions={
            <>
              <Button danger onClick={() => { setDialog(null); void run(() => store.post('call/end', { reason: 'safety' })); }}>{s.cockpit.safelyYes}</Button>
              <Button kind="secondary" onClick={() => setDialog(null)}>Annuleren</Button>
            </>
          }
        >
          <p>{s.cockpit.safelyText}</p>
        </Dialog>
      )}
    </StaffShell>
  );
}

/** Today beside the call: who is next and who waits. */
function Side() {
  const tenant = useTenant();
  const { store } = useVisit();
  const { queue, lost } = useDesk(null);
  const now = useNow(10_000);
  const waiting = waitingTotal(queue);
  return (
    <nav className="cockpit__left" aria-label={s.cockpit.queue}>
      <h2 className="utrecht-heading-4">
        {s.cockpit.queue} <span className={`badge${waiting ? ' badge--alert' : ''}`} data-testid="waiting-count">{waiting}</span>
      </h2>
      {lost && <p className="small error-line">{s.desk.lost}</p>}
      <ul className="queue">
        {queue?.entries.map((e) => (
          <li key={e.visit}>
            <Link to={`/${tenant.code}/balie/bezoek/${e.visit}`} className="queue__entry" aria-current={e.visit === store.place.visit ? 'page' : undefined}>
              <span className="queue__time">{clockOn(e.start, queue.date)}</span>
              <span>
                <strong>{e.citizenName}</strong>
                <span className="small muted">{tenant.products.find((p) => p.id === e.product)?.name}</span>
                <span className="small"><EntryState entry={e} now={now} /></span>
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Script({ steps, next, busy, onAct }: { steps: Step[]; next: Step | undefined; busy: boolean; onAct: (action: StepAction) => void }) {
  const { snapshot } = useVisit();
  const tenant = useTenant();
  const { status } = snapshot.appointment;
  if (status === 'cancelled') return <Alert kind="warning"><p>{s.cockpit.cancelled}</p></Alert>;
  if (status === 'closed')
    return (
      <Alert kind="ok">
        <p>{s.cockpit.closed}</p>
        {snapshot.recording.segments.length > 0 && <Link to={`/${tenant.code}/balie/bezoek/${snapshot.appointment.visit}/opname`}>{s.cockpit.play}</Link>}
      </Alert>
    );
  return (
    <div className="script">
      <div className="script__next">
        {next && (
          <Button className="script__button" disabled={!next.action} busy={busy} onClick={() => next.action && onAct(next.action)}>
            {next.button ?? next.label}
          </Button>
        )}
        {next?.why && <p className="script__why" role="status">{next.why}</p>}
      </div>
      <ol className="script__steps" aria-label={s.cockpit.steps}>
        {steps.map((step) => (
          <li key={step.id} className={step.done ? 'script__step script__step--done' : step === next ? 'script__step script__step--now' : 'script__step'} aria-current={step === next ? 'step' : undefined}>
            <button type="button" disabled={step.done || !step.action || busy} title={step.why} onClick={() => step.action && onAct(step.action)}>
              {step.label}
              <span className="visually-hidden"> ({step.done ? s.script.done : step === next ? s.script.now : (step.why ?? s.script.later)})</span>
            </button>
          </li>
        ))}
      </ol>
    </div>
  );
}

function Keys({ onClose }: { onClose: () => void }) {
  const t = useText();
  const [on, setOn] = useState(shortcutsOn);
  return (
    <Dialog title={s.keys.title} onClose={onClose} actions={<Button onClick={onClose}>{t.common.close}</Button>}>
      <dl className="keys">
        {s.keys.list.map(([key, what]) => (
          <div key={key}>
            <dt><kbd>{key}</kbd></dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <Checkbox name="shortcuts" label={s.keys.on} checked={on} onChange={(v) => { setShortcuts(v); setOn(v); }} />
    </Dialog>
  );
}
