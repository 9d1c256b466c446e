import { useState } from 'react';
import { useVisit } from '../calls/Visit';
import { ApiError } from '../platform/http';
import { sentence, useText } from '../platform/i18n';
import type { DocumentView, SignaturesView } from '../platform/shapes';

/** What the verification of a signed document says, in words; asked for when somebody wants to know. */
export function Signatures({ document }: { document: DocumentView }) {
  const { store } = useVisit();
  const t = useText();
  const [view, setView] = useState<SignaturesView | null>(null);
  const [error, setError] = useState<string | null>(null);
  const ask = (open: boolean) => {
    if (!open || view) return;
    setError(null);
    store.read(`documents/${document.id}/signatures`).then(setView).catch((cause: unknown) => {
      if (!(cause instanceof ApiError)) throw cause;
      setError(sentence(cause, t));
    });
  };
  return (
    <details className="signatures small" onToggle={(e) => ask(e.currentTarget.open)}>
      <summary aria-label={`${t.documents.signatures} ${document.fileName}`}>{t.documents.signatures}</summary>
      <div role="status">
        {error && <p className="error-line">{error}</p>}
        {!view && !error && <p className="muted">{t.documents.judging}</p>}
        {view && <p lang="nl"><strong>{view.sentence}</strong></p>}
      </div>
      {view && (
        <ul lang="nl">
          {view.signatures.map((one) => (
            <li key={one.field}>
              <strong>{one.field}</strong>
              <ul>{one.lines.map((line) => <li key={line}>{line}</li>)}</ul>
            </li>
          ))}
        </ul>
      )}
    </details>
  );
}
