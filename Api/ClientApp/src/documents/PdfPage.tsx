import { useEffect, useRef, useState } from 'react';
import { useText } from '../platform/i18n';
import { Alert, Spinner } from '../platform/ui';
import { openPdf, pdfLibrary } from './pdf';

/** One page of a PDF as wide as its place times the zoom, with its text for screen readers and selection. */
export function PdfPage({ url, page, zoom, label }: { url: string; page: number; zoom: number; label: string }) {
  const t = useText();
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const text = useRef<HTMLDivElement>(null);
  const [status, setStatus] = useState<'opening' | 'shown' | 'broken'>('opening');
  const width = useWidth(frame);
  useEffect(() => {
    if (!width) return;
    let current = true;
    let cancel = () => undefined as void;
    void draw(url, page, width * zoom, canvas.current!, text.current!, (c) => (cancel = c), () => current).then(
      () => current && setStatus('shown'),
      (error: unknown) => {
        if (current && !(error instanceof Error && error.name === 'RenderingCancelledException')) setStatus('broken');
      },
    );
    return () => {
      current = false;
      cancel();
    };
  }, [url, page, width, zoom]);
  return (
    <div className="pdf" ref={frame}>
      {status === 'opening' && <Spinner label={t.documents.opening} />}
      {status === 'broken' && <Alert kind="warning" live><p>{t.documents.broken}</p></Alert>}
      <div className="pdf__page" data-testid="pdf-page" data-page={page} data-shown={status === 'shown'} hidden={status === 'broken'}>
        <canvas ref={canvas} role="img" aria-label={label} />
        <div ref={text} className="textLayer" />
      </div>
    </div>
  );
}

function useWidth(frame: React.RefObject<HTMLDivElement | null>): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth((w) => (Math.abs(w - entry!.contentRect.width) > 4 ? Math.floor(entry!.contentRect.width) : w)));
    observer.observe(frame.current!);
    return () => observer.disconnect();
  }, [frame]);
  return width;
}

async function draw(
  url: string, pageNumber: number, width: number, canvas: HTMLCanvasElement, text: HTMLDivElement, onCancel: (cancel: () => void) => void, isCurrent: () => boolean,
): Promise<void> {
  const [pdfjs, document] = await Promise.all([pdfLibrary(), openPdf(url)]);
  const page = await document.getPage(Math.min(pageNumber, document.numPages));
  if (!isCurrent()) return;
  const scale = width / page.getViewport({ scale: 1 }).width;
  const viewport = page.getViewport({ scale });
  const sharp = Math.min(devicePixelRatio || 1, 2);
  canvas.width = Math.floor(viewport.width * sharp);
  canvas.height = Math.floor(viewport.height * sharp);
  canvas.style.width = `${viewport.width}px`;
  canvas.style.height = `${viewport.height}px`;
  const task = page.render({ canvas, viewport, transform: sharp === 1 ? undefined : [sharp, 0, 0, sharp, 0, 0] });
  onCancel(() => task.cancel());
  await task.promise;
  if (!isCurrent()) return;
  text.replaceChildren();
  text.style.setProperty('--total-scale-factor', String(scale));
  text.style.setProperty('--scale-factor', String(scale));
  await new pdfjs.TextLayer({ textContentSource: page.streamTextContent(), container: text, viewport }).render();
}
