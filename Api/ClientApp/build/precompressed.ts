import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

/** Beside each script, sheet and module its compressed forms, which the door serves to who takes them. */
export const precompressed = (): Plugin => ({
  name: 'precompressed',
  apply: 'build',
  writeBundle({ dir }) {
    for (const name of readdirSync(join(dir!, 'assets'))) {
      const path = join(dir!, 'assets', name);
      if (!/\.(m?js|css|svg|wasm)$/.test(name) || statSync(path).size < 1024) continue;
      const content = readFileSync(path);
      const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length } };
      writeFileSync(`${path}.br`, brotliCompressSync(content, brotli));
      writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
    }
  },
});
