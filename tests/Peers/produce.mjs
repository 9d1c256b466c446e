// node produce.mjs FOLDER: files by pdf-lib and @libpdf/core, two pages each.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PDF } from '@libpdf/core';
import { PDFDocument, StandardFonts } from 'pdf-lib';

const folder = process.argv[2];
const sentence = 'Verslag van het gesprek over een boete';

const lib = await PDFDocument.create();
const font = await lib.embedFont(StandardFonts.Helvetica);
for (let page = 1; page <= 2; page++) lib.addPage([595, 842]).drawText(`${sentence}, bladzijde ${page}.`, { x: 60, y: 700, size: 12, font });
writeFileSync(join(folder, 'pdf-lib.pdf'), await lib.save());

const core = PDF.create();
for (let page = 1; page <= 2; page++) core.addPage({ size: 'a4' }).drawText(`${sentence}, bladzijde ${page}.`, { x: 60, y: 700, size: 12 });
writeFileSync(join(folder, 'libpdf.pdf'), await core.save());
