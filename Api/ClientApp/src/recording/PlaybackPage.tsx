import type { FormEvent } from 'react';
import { useRef, useState } from 'react';
import { useCommand } from '../calls/CockpitPage';
import { useVisit, useVisitStore, VisitProvider } from '../calls/Visit';
import type { RecordingTimeline } from '../platform/shapes';
import { clock, duration, moment } from '../platform/dates';
import { s } from '../platform/i18n/staff';
import { Link, usePage } from '../platform/router';
import { Alert, Button, Field, Progress, Refused, Spinner } from '../platform/ui';
import { useLoad } from '../platform/useLoad';
import { StaffShell } from '../tenancy/Staff';
import { useTenant } from '../tenancy/Tenant';

/** Watching a recording: first it is made, then one says why, then it plays with everything that happened beside it. */
export function PlaybackPage({ visit }: { visit: string }) {
  const tenant = useTenant();
  const { store, state } = useVisitStore({ tenant: tenant.code, visit, participant: null });
  return (
    <StaffShell>
      {state?.refused ? <Refused error={state.refused} /> : !store || !state?.snapshot ? <Spinner /> : (
        <VisitProvider value={{ store, state, snapshot: state.snapshot }}><Playback /></VisitProvider>
      )}
    </StaffShell>
  );
}

function Playback() {
  const { store, snapshot } = useVisit();
  const tenant = useTenant();
  const { appointment, recording } = snapshot;
  const citizen = appointment.participants.find((p) => p.role === 'citizen')?.name ?? '';
  const [opened, setOpened] = useState<string | null>(null);
  const video = useRef<HTMLVideoElement>(null);
  const key = `${recording.export} ${recording.segments.length} ${opened}`;
  const { data: timeline, error } = useLoad(() => store.read('recording/timeline'), key);
  usePage(`${s.playback.title} - ${citizen}`);
  const seek = (second: number) => {
    if (!video.current) return;
    video.current.currentTime = second;
    void video.current.play().catch(() => undefined); // A browser that refuses to play stands at the right moment all the same.
  };
  return (
    <>
      <Link to={`/${tenant.code}/balie/bezoek/${appointment.visit}`}>{s.playback.back}</Link>
      <h1 className="utrecht-heading-1">{s.playback.title}: {citizen}</h1>
      <p className="muted">{moment(appointment.start, 'nl')}, {appointment.staffName}</p>
      {recording.segments.length === 0 ? <Alert><p>{s.playback.none}</p></Alert> : (
        <div className="playback">
          <div>
            {opened ? (
              <video ref={video} className="playback__video" controls preload="metadata" src={opened} aria-label={s.playback.video} />
            ) : recording.export === 'ready' ? <Open onOpened={setOpened} /> : <Compose />}
          </div>
          {error && <Refused error={error} />}
          {timeline && <Moments timeline={timeline} playable={opened !== null} onSeek={seek} />}
        </div>
      )}
      {timeline && <Looks timeline={timeline} />}
    </>
  );
}

function Compose() {
  const { store, snapshot } = useVisit();
  const { run, busy, problem } = useCommand();
  const { export: status, exportPercent } = snapshot.recording;
  const ask = () => void run(() => store.post('recording/compose', {}));
  if (status === 'composing') {
    return (
      <>
        <Progress label={`${s.playback.composing} (${exportPercent} %)`} value={exportPercent / 100} />
        {problem && <Alert kind="error" live><p>{problem}</p></Alert>}
        <details>
          <summary>{s.playback.slow}</summary>
          <p>{s.playback.slowHint}</p>
          <Button busy={busy} onClick={ask}>{s.playback.again}</Button>
        </details>
      </>
    );
  }
  return (
    <>
      {status === 'waiting' && <Spinner label={s.playback.waiting} />}
      {status === 'failed' && <Alert kind="error"><p>{s.playback.failed}</p></Alert>}
      {problem && <Alert kind="error" live><p>{problem}</p></Alert>}
      {status !== 'waiting' && <Button busy={busy} onClick={ask}>{s.playback.compose}</Button>}
    </>
  );
}

function Open({ onOpened }: { onOpened: (url: string) => void }) {
  const { store } = useVisit();
  const [purpose, setPurpose] = useState('');
  const { run, busy, problem } = useCommand();
  const open = (e: FormEvent) => {
    e.preventDefault();
    void run(async () => onOpened((await store.post('recording/open', { purpose: purpose.trim() })).url));
  };
  return (
    <form onSubmit={open}>
      <Field name="purpose" label={s.playback.purpose} hint={s.playback.purposeHint} value={purpose} onChange={setPurpose} maxLength={300} error={problem} />
      <Button type="submit" busy={busy} disabled={!purpose.trim()}>{s.playback.open}</Button>
    </form>
  );
}

function Moments({ timeline, playable, onSeek }: { timeline: RecordingTimeline; playable: boolean; onSeek: (second: number) => void }) {
  return (
    <section aria-labelledby="moments">
      <h2 id="moments" className="utrecht-heading-3">{s.playback.moments}</h2>
      <ol className="moments" tabIndex={0} aria-labelledby="moments">
        {timeline.moments.map((m, i) => (
          <li key={`${m.at} ${i}`}>
            {m.second !== null && playable ? (
              <button type="button" className="moments__time number" onClick={() => onSeek(m.second!)}>{duration(m.second)}</button>
            ) : (
              <span className="moments__time number muted" title={m.second === null ? s.playback.notRecorded : undefined}>{m.second === null ? '–' : duration(m.second)}</span>
            )}
            <span className="number muted">{clock(m.at)}</span>
            <span>{m.text}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Looks({ timeline }: { timeline: RecordingTimeline }) {
  return (
    <section aria-labelledby="looks">
      <h2 id="looks" className="utrecht-heading-3">{s.playback.looks}</h2>
      {timeline.looks.length === 0 ? <p className="muted">{s.playback.noLooks}</p> : (
        <table className="utrecht-table utrecht-table--html-table table">
          <thead><tr><th scope="col">{s.playback.by}</th><th scope="col">{s.playback.when}</th><th scope="col">{s.playback.why}</th></tr></thead>
          <tbody>
            {timeline.looks.map((l) => (
              <tr key={l.at + l.by}><th scope="row">{l.by}</th><td>{moment(l.at, 'nl')}</td><td>{l.purpose}</td></tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
