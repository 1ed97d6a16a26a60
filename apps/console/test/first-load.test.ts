/** What a browser fetches before the first page stands, as the server sends it. */

import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const DIST = join(import.meta.dirname, '../dist');
/** What people wait for who open the console. */
const FIRST_PAGE_BYTES = 250_000;
/** What people wait for who open a link to a page that holds the editor of the policy, forms and lists. */
const LINKED_PAGE_BYTES = 300_000;
/** Pages that people land on: owners, auditors, members, and who opens an organization for the first time. */
const FIRST_PAGES = ['overview', 'activity', 'check', 'first-run', 'sign-in'];
const LINKED_PAGES = ['decisions', 'machines', 'people', 'registry-access', 'settings'];

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

  const weigh = (page: string) => {
    const files = new Set([...filesOf('index.html'), ...filesOf(`src/pages/${page}/page.tsx`)]);
    expect(files.size).toBeGreaterThan(2);
    return [...files].reduce((sum, file) => sum + gzippedBytes(file), 0);
  };

  it.each(FIRST_PAGES)('of %s weighs at most 250 kB gzipped', (page) => {
    expect(weigh(page)).toBeLessThanOrEqual(FIRST_PAGE_BYTES);
  });

  it.each(LINKED_PAGES)('of %s weighs at most 300 kB gzipped', (page) => {
    expect(weigh(page)).toBeLessThanOrEqual(LINKED_PAGE_BYTES);
  });

  it('is judged for every page', () => {
    const pages = Object.keys(manifest).filter((name) => name.endsWith('/page.tsx'));
    expect(pages.map((name) => name.split('/').at(-2)).sort()).toEqual(
      [...FIRST_PAGES, ...LINKED_PAGES].sort(),
    );
  });
});
