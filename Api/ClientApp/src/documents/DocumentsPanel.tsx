import { useRef, useState } from 'react';
import { mySeat, useVisit } from '../calls/Visit';
import { announce } from '../platform/announce';
import type { DocumentView } from '../platform/shapes';
import { clock, size } from '../platform/dates';
import { ApiError } from '../platform/http';
import { sentence, useText, useWords } from '../platform/i18n';
import { Alert, Button, Progress } from '../platform/ui';
import { Signatures } from './Signatures';
import { Viewer } from './Viewer';

/** The dossier's documents: list, upload, one open at a time, alone or together. */
export function DocumentsPanel() {
  const { store, snapshot } = useVisit();
  const t = useText();
  const [own, setOwn] = useState<{ id: string; page: number } | null>(null);
  const { documents, shared } = snapshot.dossier;
  const together = documents.find((d) => d.id === shared?.document);
  const alone = documents.find((d) => d.id === own?.id);
  const show = (document: string | null, page: number) => void store.post('documents/show', { document, page }).catch(() => undefined);
  if (together && shared) return <Together document={together} page={shared.page} by={shared.by} onShow={show} />;
  if (alone && own)
    return (
      <section className="panel" aria-labelledby="open-document">
        <div className="panel__head">
          <h2 id="open-document" className="utrecht-heading-4">{alone.fileName}</h2>
          <Button kind="secondary" onClick={() => setOwn(null)}>{t.documents.back}</Button>
          <Button kind="secondary" onClick={() => show(alone.id, own.page)}>{t.documents.together}</Button>
        </div>
        <Viewer url={store.address(`documents/${alone.id}/content`)} name={alone.fileName} pages={alone.pages} page={own.page} onPage={(page) => setOwn({ id: alone.id, page })} />
      </section>
    );
  return (
    <section className="panel" aria-labelledby="documents-title">
      <h2 id="documents-title" className="utrecht-heading-3">{t.documents.title}</h2>
      {documents.length === 0 && <p className="muted">{t.documents.none}</p>}
      <ul className="documents">
        {documents.map((d) => (
          <DocumentRow key={d.id} document={d} onOpen={() => setOwn({ id: d.id, page: 1 })} onTogether={() => show(d.id, 1)} />
        ))}
      </ul>
      <Upload />
    </section>
  );
}

function Together({ document, page, by, onShow }: { document: DocumentView; page: number; by: string; onShow: (document: string | null, page: number) => void }) {
  const { store, snapshot } = useVisit();
  const t = useText();
  const who = by === snapshot.me.id ? null : snapshot.call.seats.find((s) => s.participant === by)?.name;
  return (
    <section className="panel" aria-labelledby="shared-document">
      <div className="panel__head">
        <h2 id="shared-document" className="utrecht-heading-4">{document.fileName}</h2>
        <Button kind="secondary" onClick={() => onShow(null, 1)}>{t.documents.stopTogether}</Button>
      </div>
      <p className="together" role="status">
        {t.documents.isShared}
        {who && ` · ${t.documents.turnedBy(who)}`}
      </p>
      <Viewer url={store.address(`documents/${document.id}/content`)} name={document.fileName} pages={document.pages} page={page} onPage={(to) => onShow(document.id, to)} />
    </section>
  );
}

function DocumentRow({ document, onOpen, onTogether }: { document: DocumentView; onOpen: () => void; onTogether: () => void }) {
  const { store, snapshot } = useVisit();
  const { t, language } = useWords();
  const [error, setError] = useState<string | null>(null);
  const mine = document.addedBy === snapshot.me.id && document.kind === 'upload' && !document.signed;
  const inCall = mySeat(snapshot)?.status === 'admitted';
  const withdraw = () =>
    store.delete(`documents/${document.id}`).catch((cause: unknown) => {
      if (!(cause instanceof ApiError)) throw cause;
      setError(sentence(cause, t));
    });
  return (
    <li className="documents__row">
      <div>
        <strong className="documents__name">{document.fileName}</strong>
        {document.signed && <span className="badge badge--ok">{t.documents.signed}</span>}
        <div className="small muted">
          {t.documents.pages(document.pages)} · {size(document.size, language)} · {clock(document.addedAt)} · {t.documents.by(document.addedByName)}
        </div>
        {error && <p className="error-line">{error}</p>}
        {document.signed && <Signatures document={document} />}
      </div>
      <div className="documents__actions">
        <Button kind="secondary" onClick={onOpen} aria-label={`${t.documents.open} ${document.fileName}`}>{t.documents.open}</Button>
        {inCall && <Button kind="secondary" onClick={onTogether} aria-label={`${t.documents.together}: ${document.fileName}`}>{t.documents.together}</Button>}
        <a className="utrecht-link utrecht-link--html-a" href={store.address(`documents/${document.id}/content`, 'download=1')} download aria-label={`${t.documents.download} ${document.fileName}`}>
          {t.documents.download}
        </a>
        {mine && <button type="button" className="linkish" onClick={() => void withdraw()} aria-label={`${t.documents.withdraw} ${document.fileName}`}>{t.documents.withdraw}</button>}
      </div>
    </li>
  );
}

const limit = 20 * 1024 * 1024;
const types = ['application/pdf', 'image/jpeg', 'image/png'];

/** Names what is wrong before a byte is sent; the door looks again at what is really in the file. */
function refusal(file: File): string | null {
  if (file.size > limit) return 'document.too-large';
  if (file.type && !types.includes(file.type)) return 'document.unsupported-type';
  return null;
}

export function Upload() {
  const { store } = useVisit();
  const t = useText();
  const input = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState<{ name: string; part: number } | null>(null);
  const [errors, setErrors] = useState<{ name: string; text: string }[]>([]);
  const add = async (file: File) => {
    const early = refusal(file);
    if (early) return setErrors((all) => [...all, { name: file.name, text: t.errors[early]! }]);
    setBusy({ name: file.name, part: 0 });
    try {
      await store.upload<DocumentView>('documents', file, (part) => setBusy({ name: file.name, part }));
      announce(t.documents.added(file.name));
    } catch (cause) {
      if (!(cause instanceof ApiError)) throw cause;
      setErrors((all) => [...all, { name: file.name, text: sentence(cause, t) }]);
    } finally {
      setBusy(null);
    }
  };
  const addAll = async (files: FileList | null) => {
    const chosen = [...(files ?? [])];
    if (input.current) input.current.value = '';
    setErrors([]);
    for (const file of chosen) await add(file);
  };
  return (
    <div className="upload" onDragOver={(e) => e.preventDefault()} onDrop={(e) => { e.preventDefault(); void addAll(e.dataTransfer.files); }}>
      {errors.map((e) => (
        <Alert key={e.name + e.text} kind="error" title={t.documents.failed(e.name)} live><p>{e.text}</p></Alert>
      ))}
      {busy && <Progress label={t.documents.uploading(busy.name)} value={busy.part} />}
      <input ref={input} type="file" id="upload" className="visually-hidden" multiple accept=".pdf,.jpg,.jpeg,.png,application/pdf,image/jpeg,image/png" disabled={busy !== null} onChange={(e) => void addAll(e.target.files)} aria-describedby="upload-hint" />
      <label htmlFor="upload" className="utrecht-button utrecht-button--secondary-action upload__button">{t.documents.add}</label>
      <span id="upload-hint" className="small muted">{t.documents.hint}</span>
    </div>
  );
}
