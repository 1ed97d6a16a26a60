/**
 * Writes the table of docs/coverage.md from the transcripts that the end-to-end tests keep and compare (e2e/golden): one row
 * per engine and operation, with what the person sees when it is denied. usage: coverage.ts
 */

import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';

const PAGE = 'docs/coverage.md';
const MARKERS = ['<!-- transcripts -->', '<!-- /transcripts -->'] as const;

/** The page with its table made anew. @param page text with both markers */
export function writeCoverage(page: string, transcripts: ReadonlyMap<string, string>): string {
  const [before, after] = [page.indexOf(MARKERS[0]) + MARKERS[0].length, page.indexOf(MARKERS[1])];
  if (after < before) throw new Error(`${PAGE} has lost its markers`);
  return `${page.slice(0, before)}\n\n${formatTable(transcripts)}\n\n${page.slice(after)}`;
}

function formatTable(transcripts: ReadonlyMap<string, string>): string {
  const operations = new Set([...transcripts.keys()].map((name) => name.replace(/-(allowed|denied)$/, '')));
  const rows = [...operations].sort().map((operation) => {
    const [engine, ...verb] = operation.split('/');
    const allowed = transcripts.has(`${operation}-allowed`) ? 'goes through' : '';
    return `| ${engine} | ${verb.join('/')} | ${allowed} | ${toCell(transcripts.get(`${operation}-denied`))} |`;
  });
  return [
    '| engine | operation | allowed | denied: what the person sees |',
    '|---|---|---|---|',
    ...rows,
  ].join('\n');
}

/** The line that carries the sentence; of several, the last, which is the one that stays on the screen. */
function toCell(transcript: string | undefined): string {
  const line = transcript?.split('\n').findLast((text) => text.includes('does not allow'));
  return line === undefined ? '' : `\`${line.trim().replaceAll('|', '\\|')}\``;
}

export function loadTranscripts(): ReadonlyMap<string, string> {
  const paths = globSync('e2e/golden/*/*-{allowed,denied}.txt').sort();
  return new Map(
    paths.map((path) => [`${basename(dirname(path))}/${basename(path, '.txt')}`, readFileSync(path, 'utf8')]),
  );
}

if (import.meta.main) writeFileSync(PAGE, writeCoverage(readFileSync(PAGE, 'utf8'), loadTranscripts()));
