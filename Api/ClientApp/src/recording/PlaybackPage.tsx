import type { FormEvent } from 'react';
import { useRef, useState } from 'react';
import { useCommand } from '../calls/CockpitPage';
import { useVisit, useVisitStore, VisitProvider } from '../calls/Visit';
import type { PlaybackView, RecordingTimeline } from '../platform/shapes';
import { clock, duration, moment } from '../platform/dates';
import { s } from '../platform/i18n/staff';
import { Link, usePage } from '../platform/router';
import { Alert, Button, Field, Refused, Spinner } from '../platform/ui';
import { useLoad } from '../platform/useLoad';
import { StaffShell } from '../tenancy/Staff';
import { useTenant } from '../tenancy/Tenant';
import { Film } from './Film';
import type { Moment } from './moments';
import { currentOf, keepAddresses, momentsOf } from './moments';
import { RecordingPlayer } from './RecordingPlayer';
import { usePlayer } from './usePlayer';

/** Watching a recording: first one says why, then all tracks play together, with everything that happened beside them. */
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
  const [opened, setOpened] = useState(false);
  const key = `${recording.export} ${recording.segments.map((x) => `${x.stored}${x.playable}`).join()} ${opened}`;
  const { data: timeline, error } = useLoad(() => store.read('recording/timeline'), key);
  usePage(`${s.playback.title} - ${citizen}`);
  return (
    <>
      <Link to={`/${tenant.code}/balie/bezoek/${appointment.visit}`}>{s.playback.back}</Link>
      <h1 className="utrecht-heading-1">{s.playback.title}: {citizen}</h1>
      <p className="muted">{moment(appointment.start, 'nl')}, {appointment.staffName}</p>
      {error && <Refused error={error} />}
      {recording.segments.length === 0 ? <Alert><p>{s.playback.none}</p></Alert> : !timeline ? <Spinner /> : (
        opened ? <Opened timeline={timeline} loadKey={key} /> : <Closed timeline={timeline} onOpened={() => setOpened(true)} />
      )}
      {timeline && <Looks timeline={timeline} />}
    </>
  );
}

/** Before one said why: what happened is told already, nothing is shown or heard. */
function Closed({ timeline, onOpened }: { timeline: RecordingTimeline; onOpened: () => void }) {
  const { snapshot } = useVisit();
  const { segments, export: film } = snapshot.recording;
  const moments = useMoments(timeline);
  return (
    <div className="playback">
      <div>
        {segments.some((x) => x.playable) || film === 'ready' ? <Open onOpened={onOpened} /> : <NotYet />}
        <Film address={null} opened={false} />
      </div>
      <Moments moments={moments} second={null} onSeek={null} />
    </div>
  );
}

function Opened({ timeline, loadKey }: { timeline: RecordingTimeline; loadKey: string }) {
  const { store } = useVisit();
  const known = useRef<PlaybackView | null>(null);
  const { data: playback, error, again, reload } = useLoad(async () => (known.current = keepAddresses(known.current, await store.read('recording/playback'))), loadKey);
  const { player, now } = usePlayer(playback);
  const moments = useMoments(timeline);
  const seek = (second: number) => {
    player.seek(second);
    player.play();
  };
  return (
    <div className="playback">
      <div>
        {error && <Refused error={error} onRetry={reload} busy={again} />}
        {!playback ? !error && <Spinner /> : playback.tracks.length > 0 && (
          <RecordingPlayer playback={playback} player={player} now={now} marks={[...new Set(moments.flatMap((m) => (m.second === null ? [] : [m.second])))]} />
        )}
        <Film address={playback?.film ?? null} opened />
      </div>
      <Moments moments={moments} second={now.second} onSeek={playback && playback.tracks.length > 0 ? seek : null} />
    </div>
  );
}

function useMoments(timeline: RecordingTimeline): Moment[] {
  const { dossier, call } = useVisit().snapshot;
  return momentsOf(timeline, dossier.report?.sections ?? [], call.startedAt, s.playback.written);
}

/** Nothing can be played yet: on its way from the media node, or being made playable. The page goes on by itself. */
function NotYet() {
  const { store, snapshot } = useVisit();
  const { run, busy, problem } = useCommand();
  const preparing = snapshot.recording.segments.some((x) => x.stored);
  return (
    <>
      <Spinner label={preparing ? s.playback.preparing : s.playback.coming} />
      {problem && <Alert kind="error" live><p>{problem}</p></Alert>}
      {preparing && (
        <details>
          <summary>{s.playback.long}</summary>
          <Button kind="secondary" busy={busy} onClick={() => void run(() => store.post('recording/prepare', {}))}>{s.playback.prepare}</Button>
        </details>
      )}
    </>
  );
}

function Open({ onOpened }: { onOpened: () => void }) {
  const { store } = useVisit();
  const [purpose, setPurpose] = useState('');
  const { run, busy, problem } = useCommand();
  const open = (e: FormEvent) => {
    e.preventDefault();
    void run(async () => {
      await store.post('recording/open', { purpose: purpose.trim() });
      onOpened();
    });
  };
  return (
    <form onSubmit={open}>
      <Field name="purpose" label={s.playback.purpose} hint={s.playback.purposeHint} value={purpose} onChange={setPurpose} maxLength={300} error={problem} />
      <Button type="submit" busy={busy} disabled={!purpose.trim()}>{s.playback.open}</Button>
    </form>
  );
}

function Moments({ moments, second, onSeek }: { moments: Moment[]; second: number | null; onSeek: ((second: number) => void) | null }) {
  const current = second === null ? undefined : currentOf(moments, second);
  return (
    <section aria-labelledby="moments">
      <h2 id="moments" className="utrecht-heading-3">{s.playback.moments}</h2>
      <ol className="moments" tabIndex={0} aria-labelledby="moments">
        {moments.map((m, i) => (
          <li key={`${m.at} ${i}`} aria-current={m === current ? 'true' : undefined}>
            {m.second !== null && onSeek ? (
              <button type="button" className="moments__time number" aria-label={s.playback.playFrom(duration(m.second), m.text)} onClick={() => onSeek(m.second!)}>{duration(m.second)}</button>
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
        <div className="table-frame" tabIndex={0} role="group" aria-labelledby="looks">
          <table className="utrecht-table utrecht-table--html-table table">
            <thead><tr><th scope="col">{s.playback.by}</th><th scope="col">{s.playback.when}</th><th scope="col">{s.playback.why}</th></tr></thead>
            <tbody>
              {timeline.looks.map((l) => (
                <tr key={l.at + l.by}><th scope="row">{l.by}</th><td>{moment(l.at, 'nl')}</td><td>{l.purpose}</td></tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
