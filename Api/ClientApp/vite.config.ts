import react from '@vitejs/plugin-react';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import { defineConfig } from 'vite';
import { firstPages } from './build/first-pages.ts';
import { precompressed } from './build/precompressed.ts';
import { usedStyles } from './build/used-styles.ts';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Fonts and character maps that pdf.js fetches when a document does not embed its own. */
const pdfData = (): Plugin => ({
  name: 'pdf-data',
  apply: 'build',
  generateBundle() {
    for (const folder of ['standard_fonts', 'cmaps', 'wasm'])
      for (const name of readdirSync(at(`node_modules/pdfjs-dist/${folder}`)))
        if (!/^LICENSE|quickjs|_fallback/.test(name))
          this.emitFile({ type: 'asset', fileName: `assets/pdf/${folder}/${name}`, source: readFileSync(at(`node_modules/pdfjs-dist/${folder}/${name}`)) });
  },
});

export default defineConfig({
  plugins: [react(), usedStyles(), pdfData(), firstPages(), precompressed()],
  build: {
    outDir: '../wwwroot',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
    rollupOptions: { input: { citizen: at('index.html'), staff: at('balie.html') } },
  },
});
