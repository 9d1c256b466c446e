import { useState } from 'react';
import { useVisit } from '../calls/Visit';
import { ApiError } from '../platform/http';
import { sentence, useText } from '../platform/i18n';
import { Alert, Button, Field, Radios } from '../platform/ui';
import { SignaturePad } from './SignaturePad';

/** The sentence, the way to sign, and the signature. */
export function SignForm() {
  const { store, snapshot } = useVisit();
  const t = useText();
  const [means, setMeans] = useState<'drawn' | 'typed'>('drawn');
  const [strokes, setStrokes] = useState<number[][]>([]);
  const [name, setName] = useState('');
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const sign = async () => {
    if (means === 'drawn' && strokes.length === 0) return setError(t.signing.empty);
    if (means === 'typed' && !name.trim()) return setError(t.signing.emptyName);
    setBusy(true);
    setError(null);
    try {
      await store.post('signing/sign', {
        sha256: snapshot.signing.sha256 ?? '',
        means,
        typedName: means === 'typed' ? name.trim() : null,
        strokes: means === 'drawn' ? strokes : [],
        statementVersion: t.signing.statementVersion,
      });
    } catch (cause) {
      if (!(cause instanceof ApiError)) throw cause;
      setError(sentence(cause, t));
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="sign-form">
      <p className="statement">{t.signing.statement}</p>
      <Radios
        legend={t.signing.how}
        name="means"
        value={means}
        onChange={(v) => { setMeans(v as 'drawn' | 'typed'); setError(null); }}
        options={[{ value: 'drawn', label: t.signing.draw }, { value: 'typed', label: t.signing.type }]}
        inline
      />
      {means === 'drawn' ? (
        <SignaturePad onChange={(s) => { setStrokes(s); setError(null); }} />
      ) : (
        <Field name="typedName" label={t.signing.typeHere} value={name} onChange={setName} autoComplete="name" maxLength={80} className="typed-name" />
      )}
      {error && <Alert kind="error" live><p>{error}</p></Alert>}
      <div className="actions">
        <Button busy={busy} onClick={() => void sign()}>{busy ? t.signing.busy : t.signing.sign}</Button>
      </div>
    </div>
  );
}
