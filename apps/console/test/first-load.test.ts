/** What a browser fetches before the first page stands, as the server sends it. */

import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const DIST = join(import.meta.dirname, '../dist');
/** What people wait for who open the console, by whatever link. */
const FIRST_LOAD_BYTES = 250_000;
/** Tabs that an address names, with the part that is fetched for them. The editor of the YAML comes after its tab stands. */
const TABS = [
  ['machines', 'token-list'],
  ['people', 'teams'],
  ['people', 'invitations'],
  ['people', 'machine-sessions'],
  ['people', 'tokens'],
  ['registry-access', 'revisions-tab'],
  ['registry-access', 'yaml-tab'],
  ['settings', 'general'],
  ['settings', 'domains'],
  ['settings', 'single-sign-on'],
  ['settings', 'directory'],
] as const;

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

  const weigh = (page: string, parts: readonly string[] = []) => {
    const names = [page, ...parts].map((name) => `src/pages/${name}.tsx`);
    const files = new Set(['index.html', ...names].flatMap((name) => [...filesOf(name)]));
    expect(files.size).toBeGreaterThan(2);
    return [...files].reduce((sum, file) => sum + gzippedBytes(file), 0);
  };
  const pages = Object.keys(manifest).flatMap((name) => /^src\/pages\/(.*)\.tsx$/.exec(name)?.[1] ?? []);

  it('is judged for every page', () => {
    expect(pages.filter((name) => name.endsWith('/page')).length).toBeGreaterThanOrEqual(10);
  });

  it.each(pages.filter((name) => name.endsWith('/page')))('of %s weighs at most 250 kB gzipped', (page) => {
    expect(weigh(page)).toBeLessThanOrEqual(FIRST_LOAD_BYTES);
  });

  it.each(TABS)('of %s with %s open weighs at most 250 kB gzipped', (page, tab) => {
    expect(weigh(`${page}/page`, [`${page}/${tab}`])).toBeLessThanOrEqual(FIRST_LOAD_BYTES);
  });
});
