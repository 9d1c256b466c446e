import type { ReactNode } from 'react';
import { useState } from 'react';
import { announce } from '../platform/announce';
import { moment } from '../platform/dates';
import { ApiError } from '../platform/http';
import { sentence, useText, useWords } from '../platform/i18n';
import type { VisitSnapshot } from '../platform/shapes';
import { Alert, Button, Dialog, Textarea } from '../platform/ui';
import { useProductText, useTenant } from '../tenancy/Tenant';
import { mySeat, useVisit } from './Visit';

/** What the appointment is: the first thing on every page before the call. */
export function Appointment({ children }: { children?: ReactNode }) {
  const { snapshot } = useVisit();
  const { t, language } = useWords();
  const tenant = useTenant();
  const words = useProductText();
  const product = tenant.products.find((p) => p.id === snapshot.appointment.product);
  return (
    <div className="summary">
      <p className="summary__what">{product ? words(product).name : ''}</p>
      <p className="summary__when">{moment(snapshot.appointment.start, language)}</p>
      <p className="muted">{t.visit.with(snapshot.appointment.staffName)}</p>
      {children}
    </div>
  );
}

/** Cancelling asks once more, because it gives the moment to somebody else. Only for who booked, and before the call. */
export function CancelVisit() {
  const { store, snapshot } = useVisit();
  const t = useText();
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState('');
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  if (!canCancel(snapshot)) return null;
  const cancel = async () => {
    setBusy(true);
    try {
      await store.post('cancel', { reason });
      setAsking(false);
      announce(t.visit.cancelledTitle);
    } catch (cause) {
      if (!(cause instanceof ApiError)) throw cause;
      setError(sentence(cause, t));
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="quiet">
      <button type="button" className="linkish" onClick={() => setAsking(true)}>
        {t.visit.cancelLink}
      </button>
      {asking && (
        <Dialog
          title={t.visit.cancelTitle}
          onClose={() => setAsking(false)}
          actions={
            <>
              <Button danger busy={busy} onClick={() => void cancel()}>
                {t.visit.cancelYes}
              </Button>
              <Button kind="secondary" onClick={() => setAsking(false)}>
                {t.visit.cancelNo}
              </Button>
            </>
          }
        >
          <p>{t.visit.cancelText}</p>
          <Textarea name="reason" label={t.visit.cancelReason} optional={t.common.optional} value={reason} onChange={setReason} rows={2} maxLength={500} />
          {error && <Alert kind="error" live><p>{error}</p></Alert>}
        </Dialog>
      )}
    </div>
  );
}

const canCancel = (snapshot: VisitSnapshot) =>
  snapshot.me.role === 'citizen' && snapshot.appointment.status === 'booked' && mySeat(snapshot)?.status !== 'admitted';
