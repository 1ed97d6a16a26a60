/** Writes each built file a second and third time, compressed: `x.js.gz`, `x.js.br`. */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';

const DIR = join(import.meta.dirname, 'dist/assets');

for (const name of readdirSync(DIR).filter((name) => /\.(js|css|svg)$/.test(name))) {
  const bytes = readFileSync(join(DIR, name));
  writeFileSync(join(DIR, `${name}.gz`), gzipSync(bytes, { level: 9 }));
  writeFileSync(join(DIR, `${name}.br`), brotliCompressSync(bytes));
}
