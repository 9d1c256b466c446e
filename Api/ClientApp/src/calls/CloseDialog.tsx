import { useState } from 'react';
import type { ProductView } from '../platform/shapes';
import { useText } from '../platform/i18n';
import { s } from '../platform/i18n/staff';
import { Alert, Button, Checkbox, Dialog, Radios, Textarea } from '../platform/ui';
import { useCommand } from './CockpitPage';
import { useVisit } from './Visit';

/** How the visit ended: one of the product's outcomes, whether it was done in one go, a note for colleagues. */
export function CloseDialog({ product, onClose }: { product: ProductView | undefined; onClose: () => void }) {
  const { store } = useVisit();
  const t = useText();
  const [outcome, setOutcome] = useState('');
  const [doneInOneGo, setDone] = useState(true);
  const [note, setNote] = useState('');
  const [missing, setMissing] = useState(false);
  const { run, busy, problem } = useCommand();
  const close = async () => {
    if (!outcome) return setMissing(true);
    if (await run(() => store.post('close', { outcome, note, doneInOneGo }))) onClose();
  };
  return (
    <Dialog
      title={s.close.title}
      onClose={onClose}
      actions={
        <>
          <Button busy={busy} onClick={() => void close()}>{s.close.button}</Button>
          <Button kind="secondary" onClick={onClose}>{t.common.cancel}</Button>
        </>
      }
    >
      <Radios
        legend={s.close.outcome}
        name="outcome"
        value={outcome}
        onChange={(v) => { setOutcome(v); setMissing(false); }}
        error={missing ? s.close.choose : null}
        options={(product?.outcomes ?? []).map((o) => ({ value: o.code, label: o.label }))}
      />
      <Checkbox name="doneInOneGo" label={s.close.oneGo} checked={doneInOneGo} onChange={setDone} />
      <Textarea name="note" label={s.close.note} value={note} onChange={setNote} rows={3} maxLength={2000} />
      {problem && <Alert kind="error" live><p>{problem}</p></Alert>}
    </Dialog>
  );
}
