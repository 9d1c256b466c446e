import { useState } from 'react';
import { useVisit } from '../calls/Visit';
import { ApiError } from '../platform/http';
import { sentence, useText } from '../platform/i18n';
import { Alert, Button, Dialog } from '../platform/ui';
import { useIntoView } from '../platform/useIntoView';

/** May this talk be recorded: one question, two equal answers. */
export function ConsentQuestion() {
  const { store, snapshot } = useVisit();
  const t = useText();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const asked = useIntoView<HTMLElement>();
  const answer = async (yes: boolean) => {
    setBusy(true);
    setError(null);
    try {
      await store.post('recording/answer', { yes, textVersion: snapshot.recording.textVersion });
    } catch (cause) {
      if (!(cause instanceof ApiError)) throw cause;
      setError(sentence(cause, t));
    } finally {
      setBusy(false);
    }
  };
  return (
    <section ref={asked} className="step" aria-labelledby="consent-title">
      <h2 id="consent-title" className="utrecht-heading-3">{t.recording.title}</h2>
      <p>{t.recording.text}</p>
      <p>{t.recording.free}</p>
      {error && <Alert kind="error" live><p>{error}</p></Alert>}
      <div className="actions actions--even">
        <Button kind="secondary" disabled={busy} onClick={() => void answer(true)}>{t.recording.yes}</Button>
        <Button kind="secondary" disabled={busy} onClick={() => void answer(false)}>{t.recording.no}</Button>
      </div>
    </section>
  );
}

/** What one said, why it stands still, and the way to stop it. */
export function RecordingState() {
  const { store, snapshot } = useVisit();
  const t = useText();
  const [asking, setAsking] = useState(false);
  const { recording, call, me } = snapshot;
  const mine = recording.consents.find((c) => c.participant === me.id);
  if (!mine || mine.answer === 'none') return null;
  const waits = mine.answer === 'yes' && recording.asked && recording.consents.some((c) => c.answer === 'none');
  const why = recording.pausedBecause ? t.recording.paused[recording.pausedBecause] : null;
  return (
    <div className="recording-state" role="status">
      <p>
        {call.recording ? t.call.recordingYou : waits ? t.recording.waitingOthers : (mine.answer === 'yes' && why) || t.recording.said[mine.answer]}
      </p>
      {mine.answer === 'yes' && (
        <Button kind="secondary" onClick={() => setAsking(true)}>{t.recording.withdraw}</Button>
      )}
      {asking && (
        <Dialog
          title={t.recording.withdrawTitle}
          onClose={() => setAsking(false)}
          actions={
            <>
              <Button onClick={() => { setAsking(false); void store.post('recording/withdraw', {}); }}>{t.recording.withdrawYes}</Button>
              <Button kind="secondary" onClick={() => setAsking(false)}>{t.common.cancel}</Button>
            </>
          }
        >
          <p>{t.recording.withdrawText}</p>
        </Dialog>
      )}
    </div>
  );
}
