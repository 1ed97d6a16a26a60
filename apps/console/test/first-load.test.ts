/** What a browser fetches before the first page stands, as the server sends it. */

import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const DIST = join(import.meta.dirname, '../dist');
/** The goal is 250,000; with the texts of all pages in the first load it is missed by a twentieth (docs/guides/console.md). */
const BUDGET_BYTES = 265_000;
/** Of the pages that people land on. */
const FIRST_PAGES = ['src/pages/overview/page.tsx', 'src/pages/check/page.tsx'];

interface Chunk {
  readonly file: string;
  readonly css?: readonly string[];
  readonly imports?: readonly string[];
}

describe('first load', () => {
  const manifest = JSON.parse(readFileSync(join(DIST, '.vite/manifest.json'), 'utf8')) as Record<
    string,
    Chunk
  >;

  /** A chunk with everything that it imports, without what it loads later. */
  const filesOf = (name: string, seen = new Set<string>()): Set<string> => {
    const chunk = manifest[name];
    if (chunk === undefined) throw new Error(`the build has no ${name}`);
    for (const file of [chunk.file, ...(chunk.css ?? [])]) seen.add(file);
    for (const imported of chunk.imports ?? []) {
      if (!seen.has(manifest[imported]?.file ?? '')) filesOf(imported, seen);
    }
    return seen;
  };
  const gzippedBytes = (file: string) => {
    const compressed = join(DIST, `${file}.gz`);
    return statSync(existsSync(compressed) ? compressed : join(DIST, file)).size;
  };

  it.each(FIRST_PAGES)('of %s weighs at most 265 kB gzipped', (page) => {
    const files = new Set([...filesOf('index.html'), ...filesOf(page)]);
    const bytes = [...files].reduce((sum, file) => sum + gzippedBytes(file), 0);
    expect(files.size).toBeGreaterThan(2);
    expect(bytes).toBeLessThanOrEqual(BUDGET_BYTES);
  });
});
