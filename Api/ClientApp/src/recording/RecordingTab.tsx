import { useCommand } from '../calls/CockpitPage';
import { mySeat, useVisit } from '../calls/Visit';
import { clock } from '../platform/dates';
import { useText } from '../platform/i18n';
import { s } from '../platform/i18n/staff';
import { Link } from '../platform/router';
import { Alert, Button } from '../platform/ui';
import { useTenant } from '../tenancy/Tenant';

/** Consent of everybody, what is recorded so far, and asking or stopping. */
export function RecordingTab() {
  const { store, snapshot } = useVisit();
  const t = useText();
  const tenant = useTenant();
  const { run, busy, problem } = useCommand();
  const { recording: r, call, appointment } = snapshot;
  const inCall = mySeat(snapshot)?.status === 'admitted' && call.status === 'running';
  if (!r.offered) return <p className="muted">{s.recording.notOffered}</p>;
  const why = r.pausedBecause ? t.recording.paused[r.pausedBecause] : null;
  return (
    <div>
      <p className="recording-now" role="status">
        {call.recording ? <span className="rec"><span className="rec__dot" aria-hidden="true" /> {s.recording.runs}</span> : r.segmentOpen ? s.recording.starting : (why ?? s.recording.off)}
      </p>
      {problem && <Alert kind="error" live><p>{problem}</p></Alert>}
      {inCall && (
        <div className="actions">
          {r.segmentOpen ? (
            <Button kind="secondary" busy={busy} onClick={() => void run(() => store.post('recording/stop', {}))}>{s.recording.stop}</Button>
          ) : (
            <Button kind="secondary" busy={busy} onClick={() => void run(() => store.post('recording/ask', {}))}>{r.consents.some((c) => c.answer !== 'none') ? s.recording.again : s.recording.ask}</Button>
          )}
        </div>
      )}
      {r.consents.length > 0 && (
        <table className="utrecht-table utrecht-table--html-table table">
          <caption>{s.recording.consents}</caption>
          <tbody>
            {r.consents.map((c) => (
              <tr key={c.participant}><th scope="row">{c.name}</th><td>{s.recording.answer[c.answer]}</td><td className="number">{c.at && clock(c.at)}</td></tr>
            ))}
          </tbody>
        </table>
      )}
      {r.segments.length > 0 && (
        <table className="utrecht-table utrecht-table--html-table table">
          <caption>{s.recording.segments}</caption>
          <thead><tr><th scope="col">{s.recording.from}</th><th scope="col">{s.recording.to}</th><th scope="col">{s.recording.ended}</th><th scope="col">{s.recording.stored}</th></tr></thead>
          <tbody>
            {r.segments.map((x) => (
              <tr key={x.id}>
                <td className="number">{clock(x.startedAt)}</td>
                <td className="number">{x.endedAt && clock(x.endedAt)}</td>
                <td>{x.reason && (s.recording.reasons[x.reason] ?? x.reason)}{x.marked && x.reason !== 'withdrawn' && `, ${s.recording.marked}`}</td>
                <td>{x.stored ? t.common.yes : x.endedAt ? s.recording.pending : ''}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {r.segments.length > 0 && !r.segmentOpen && <p><Link to={`/${tenant.code}/balie/bezoek/${appointment.visit}/opname`}>{s.cockpit.play}</Link></p>}
    </div>
  );
}
