import { useState } from 'react';
import { useCommand } from '../calls/CockpitPage';
import { whyNotSign } from '../calls/script';
import { useVisit } from '../calls/Visit';
import { Viewer } from '../documents/Viewer';
import { clock } from '../platform/dates';
import { useText } from '../platform/i18n';
import { s } from '../platform/i18n/staff';
import { Alert, Button } from '../platform/ui';
import { SignForm } from './SignForm';

/** Start the ceremony, follow who signed, read the document, sign when it is one's turn. */
export function SigningTab({ onStart }: { onStart: () => void }) {
  const { store, snapshot } = useVisit();
  const t = useText();
  const [page, setPage] = useState(1);
  const { run, busy, problem } = useCommand();
  const { signing, appointment, me } = snapshot;
  const citizen = appointment.participants.find((p) => p.role === 'citizen')?.id ?? '';
  const why = whyNotSign(snapshot, citizen);
  const mayStart = signing.status === 'notStarted' || signing.status === 'declined' || signing.status === 'failed';
  const nobodySigned = signing.signers.every((x) => !x.signedAt);
  const mine = signing.status === 'signing' && signing.next === me.id;
  return (
    <div className="signing-tab">
      <p role="status"><strong>{s.signing.status[signing.status]}</strong>{signing.reason && `: ${signing.reason}`}</p>
      {problem && <Alert kind="error" live><p>{problem}</p></Alert>}
      {signing.signers.length > 0 && (
        <table className="utrecht-table utrecht-table--html-table table">
          <caption className="visually-hidden">{s.tabs.signing}</caption>
          <thead><tr><th scope="col">{s.signing.who}</th><th scope="col">{s.signing.role}</th><th scope="col">{s.signing.when}</th></tr></thead>
          <tbody>
            {signing.signers.map((x) => (
              <tr key={x.participant}>
                <th scope="row">{x.name}</th><td>{x.role}</td>
                <td>{x.signedAt ? clock(x.signedAt) : signing.next === x.participant ? s.signing.turn : ''}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <div className="actions">
        {mayStart && (
          <>
            <Button kind="secondary" disabled={why !== null} onClick={onStart}>{signing.status === 'notStarted' ? s.signing.start : s.signing.again}</Button>
            {why && <span className="small muted">{why}</span>}
          </>
        )}
        {(signing.status === 'signing' || signing.status === 'preparing') && nobodySigned && (
          <Button kind="secondary" busy={busy} onClick={() => void run(() => store.post('signing/stop', {}))}>{s.signing.stop}</Button>
        )}
        {signing.status === 'completed' && signing.document && (
          <a className="utrecht-button utrecht-button--secondary-action" href={store.address(`documents/${signing.document}/content`, 'download=1')} download>{t.signing.download}</a>
        )}
      </div>
      {signing.document && <Viewer url={store.address(`documents/${signing.document}/content`)} name={t.signing.title} pages={Math.max(1, signing.pages)} page={page} onPage={setPage} />}
      {mine && <SignForm />}
    </div>
  );
}
