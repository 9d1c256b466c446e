import type { Plugin } from 'vite';
import { runnerImport } from 'vite';
import { fileURLToPath } from 'node:url';
import type * as pages from '../src/pages';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/**
 * Renders each page that a citizen may open first, with holes for what is a municipality's own, into first.json. The door fills them in, so that a page stands before
 * its scripts are there.
 */
export const firstPages = (): Plugin => ({
  name: 'first-pages',
  apply: 'build',
  generateBundle: {
    order: 'post',
    async handler(_, bundle) {
      const entry = bundle['index.html'];
      if (entry?.type !== 'asset') this.error('index.html is not among what was built');
      const options = { configFile: false, logLevel: 'error' } as const;
      const { module } = await runnerImport<typeof pages>(at('../src/pages/index.ts'), options);
      const english = Object.values(bundle).find((c) => c.type === 'chunk' && c.facadeModuleId?.endsWith('/i18n/en.ts'));
      const document = (language: string) => module.cut(withHoles(String(entry.source), module.hole, language === 'en' && english ? `/${english.fileName}` : null));
      const languages = Object.entries(module.languages).map(([language, t]) => [language, { document: document(language), ...t }]);
      this.emitFile({ type: 'asset', fileName: 'first.json', source: JSON.stringify(Object.fromEntries(languages)) });
    },
  },
});

/** The entry page with its own holes; the municipality's colours come after ours, which they override. */
function withHoles(html: string, hole: (name: string) => string, preload: string | null): string {
  const replaced = (from: string | RegExp, to: string, text: string) => {
    if (text.split(from).length !== 2) throw new Error(`index.html must have one ${from}`);
    return text.replace(from, () => to);
  };
  html = replaced('<html lang="nl">', `<html lang="${hole('language')}"${hole('headings')}>`, html);
  html = replaced('<title>Balie</title>', `<title>${hole('title')}</title>`, html);
  html = replaced('</head>', `${preload ? `<link rel="modulepreload" crossorigin href="${preload}">` : ''}<link id="balie-theme" rel="stylesheet" href="${hole('theme')}"></head>`, html);
  html = replaced('<div id="root"></div>', `<div id="root"${hole('whole')}>${hole('body')}</div><script id="balie-tenant" type="application/json">${hole('data')}</script>`, html);
  return html.replace(/\n\s*/g, '\n');
}
