import type { KeyboardEvent } from 'react';
import { lazy, Suspense, useState } from 'react';
import { useText } from '../platform/i18n';
import { Button, Spinner } from '../platform/ui';

const PdfPage = lazy(() => import('./PdfPage').then((m) => ({ default: m.PdfPage })));

/** Pages of one document with turning and zooming. Who holds the page decides where a turn goes: here, or to everybody. */
export function Viewer({ url, name, pages, page, onPage }: { url: string; name: string; pages: number; page: number; onPage: (page: number) => void }) {
  const t = useText();
  const [zoom, setZoom] = useState(1);
  const turn = (to: number) => to >= 1 && to <= pages && to !== page && onPage(to);
  const keys = (e: KeyboardEvent) => {
    const to = { PageDown: page + 1, ArrowRight: page + 1, PageUp: page - 1, ArrowLeft: page - 1, Home: 1, End: pages }[e.key];
    if (to === undefined || e.target instanceof HTMLInputElement) return;
    e.preventDefault();
    turn(to);
  };
  return (
    <div className="viewer">
      <div className="viewer__bar">
        <Button kind="secondary" onClick={() => turn(page - 1)} disabled={page <= 1} aria-label={t.documents.previous}>‹</Button>
        <span role="status" data-testid="page-number">{t.documents.page(page, pages)}</span>
        <Button kind="secondary" onClick={() => turn(page + 1)} disabled={page >= pages} aria-label={t.documents.nextPage}>›</Button>
        <span className="viewer__gap" />
        <Button kind="secondary" onClick={() => setZoom((z) => Math.max(0.5, z - 0.25))} aria-label={t.documents.zoomOut}>−</Button>
        <Button kind="secondary" onClick={() => setZoom((z) => Math.min(3, z + 0.25))} aria-label={t.documents.zoomIn}>+</Button>
      </div>
      <div className="viewer__page" tabIndex={0} role="region" aria-label={`${name}, ${t.documents.page(page, pages)}`} onKeyDown={keys}>
        <Suspense fallback={<Spinner label={t.documents.opening} />}>
          <PdfPage url={url} page={page} zoom={zoom} label={`${name}, ${t.documents.page(page, pages)}`} />
        </Suspense>
      </div>
    </div>
  );
}
