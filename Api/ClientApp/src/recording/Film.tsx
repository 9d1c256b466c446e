import { useCommand } from '../calls/CockpitPage';
import { useVisit } from '../calls/Visit';
import { s } from '../platform/i18n/staff';
import { Alert, Button, Progress } from '../platform/ui';

/** The whole recording as one file, made when somebody asks for it; fetched by who said why. */
export function Film({ address, opened }: { address: string | null; opened: boolean }) {
  const { snapshot } = useVisit();
  const { export: status, exportPercent } = snapshot.recording;
  return (
    <section className="film" aria-labelledby="film">
      <h2 id="film" className="utrecht-heading-3">{s.playback.film}</h2>
      {status === 'composing' ? (
        <>
          <Progress label={`${s.playback.composing} (${exportPercent} %)`} value={exportPercent / 100} />
          <details>
            <summary>{s.playback.slow}</summary>
            <p>{s.playback.slowHint}</p>
            <Ask label={s.playback.again} />
          </details>
        </>
      ) : status === 'ready' ? (
        address ? <p><a className="utrecht-link utrecht-link--html-a" href={address} download>{s.playback.download}</a></p> : <p className="muted">{opened ? s.playback.filmComes : s.playback.filmReady}</p>
      ) : (
        <>
          <p className="muted">{s.playback.filmHint}</p>
          {status === 'failed' && <Alert kind="error" live><p>{s.playback.failed}</p></Alert>}
          <Ask label={status === 'failed' ? s.playback.again : s.playback.compose} />
        </>
      )}
    </section>
  );
}

function Ask({ label }: { label: string }) {
  const { store } = useVisit();
  const { run, busy, problem } = useCommand();
  return (
    <>
      {problem && <Alert kind="error" live><p>{problem}</p></Alert>}
      <Button kind="secondary" busy={busy} onClick={() => void run(() => store.post('recording/compose', {}))}>{label}</Button>
    </>
  );
}
