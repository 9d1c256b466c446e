// node fields.mjs FOLDER: for each file, how many signed signature fields @libpdf/core finds in how many pages; -1 when it reads nothing.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PDF } from '@libpdf/core';

const folder = process.argv[2];
for (const name of readdirSync(folder).filter((file) => file.endsWith('.pdf')).sort()) {
  let signed = -1;
  try {
    const document = await PDF.load(readFileSync(join(folder, name)));
    signed = (document.getForm()?.getSignatureFields() ?? []).filter((field) => field.isSigned()).length;
  } catch {
    signed = -1; // what it cannot read it cannot judge, and the test says whether that was expected
  }
  console.log(`${name.replace('.pdf', '')} ${signed}`);
}
