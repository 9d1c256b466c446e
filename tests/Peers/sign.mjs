// node sign.mjs libpdf|signpdf FILE PFX PASSWORD SECONDS: prints how many signatures it makes in a second of processor time.
import { readFileSync } from 'node:fs';
import { P12Signer, PDF } from '@libpdf/core';
import { plainAddPlaceholder } from '@signpdf/placeholder-plain';
import { P12Signer as NodeSigner } from '@signpdf/signer-p12';
import { SignPdf } from '@signpdf/signpdf';

const [which, file, pfx, password, seconds] = process.argv.slice(2);
const bytes = readFileSync(file);
const key = readFileSync(pfx);

async function libpdf() {
  const signer = await libpdf.signer;
  const pdf = await PDF.load(bytes);
  const { bytes: signed } = await pdf.sign({ signer, reason: 'Gelezen en goedgekeurd', location: 'Zonnedaal' });
  return signed.length;
}

async function signpdf() {
  const prepared = plainAddPlaceholder({
    pdfBuffer: Buffer.from(bytes), reason: 'Gelezen en goedgekeurd', contactInfo: '', name: 'Gerrit Maes', location: 'Zonnedaal',
    subFilter: 'ETSI.CAdES.detached', widgetRect: [60, 80, 260, 170],
  });
  return (await new SignPdf().sign(prepared, new NodeSigner(key, { passphrase: password }))).length;
}

if (which === 'libpdf') libpdf.signer = P12Signer.create(new Uint8Array(key), password);
const once = which === 'libpdf' ? libpdf : signpdf;

async function until(limit) {
  let done = 0;
  const from = process.cpuUsage();
  let used = 0;
  for (; used < limit; used = (process.cpuUsage(from).user + process.cpuUsage(from).system) / 1e6, done++)
    if ((await once()) <= bytes.length) throw new Error('Nothing was signed.');
  return done / used;
}

await until(2.5);
console.log(await until(Number(seconds)));
