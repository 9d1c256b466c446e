import type { PDFDocumentProxy } from 'pdfjs-dist';

/** pdf.js, loaded when the first document opens. */
let library: Promise<typeof import('pdfjs-dist')> | null = null;

function load(): Promise<typeof import('pdfjs-dist')> {
  library ??= Promise.all([import('pdfjs-dist'), import('pdfjs-dist/build/pdf.worker.min.mjs?url')]).then(([pdfjs, worker]) => {
    pdfjs.GlobalWorkerOptions.workerSrc = worker.default;
    return pdfjs;
  });
  return library;
}

const data = '/assets/pdf/';
const opened = new Map<string, Promise<PDFDocumentProxy>>();

/** Opens a document once for each address. */
export function openPdf(url: string): Promise<PDFDocumentProxy> {
  let found = opened.get(url);
  if (!found) {
    found = load().then(
      (pdfjs) =>
        pdfjs.getDocument({
          url,
          verbosity: 0,
          enableXfa: false,
          standardFontDataUrl: `${data}standard_fonts/`,
          cMapUrl: `${data}cmaps/`,
          wasmUrl: `${data}wasm/`,
        }).promise,
    );
    found.catch(() => opened.delete(url));
    opened.set(url, found);
    if (opened.size > 4) closeOldest();
  }
  return found;
}

function closeOldest(): void {
  const [url, document] = opened.entries().next().value!;
  opened.delete(url);
  void document.then((d) => d.loadingTask.destroy());
}

export const pdfLibrary = load;
