/**
 * Runs the benchmarks one after the other, keeps each result as JSON in bench/results, and writes the table of
 * docs/benchmarks.md from them. usage: run.ts [NAME ...]
 */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { formatReport, type Result } from './report.ts';

/** In the order of the table. Each prints one JSON document. */
const SCRIPTS: Readonly<Record<string, string>> = {
  decide: 'decide/run.ts',
  relay: 'relay/run.ts',
  gateway: 'gateway/run.ts',
  'docker-pull': 'pull/docker-pull.ts',
  'docker-pull-inspected': 'pull/docker-pull-inspected.ts',
  publish: 'pull/publish-latency.ts',
  announce: 'announce/run.ts',
  'sign-in': 'sign-in/run.ts',
  console: 'console/run.ts',
};

const PAGE = join(import.meta.dirname, '../docs/benchmarks.md');
const RESULTS = join(import.meta.dirname, 'results');
const MARKERS = ['<!-- measured -->', '<!-- /measured -->'] as const;

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => SCRIPTS[name] === undefined);
if (unknown.length > 0) {
  console.error(`unknown benchmark: ${unknown.join(', ')}; there are: ${Object.keys(SCRIPTS).join(', ')}`);
  process.exit(2);
}
mkdirSync(RESULTS, { recursive: true });
const names = asked.length > 0 ? asked : Object.keys(SCRIPTS);
const failed = names.filter((name) => !runOne(name));
writePage();
if (failed.length > 0) {
  console.error(`not measured: ${failed.join(', ')}`);
  process.exitCode = 1;
}

function runOne(name: string): boolean {
  console.error(`measuring ${name} …`);
  const script = join(import.meta.dirname, SCRIPTS[name] ?? '');
  const run = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', script], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (run.status !== 0) return false;
  const machine = { processors: cpus().length, model: cpus()[0]?.model ?? 'unknown', node: process.version };
  const result = {
    at: new Date().toISOString().slice(0, 10),
    machine,
    ...(JSON.parse(run.stdout) as object),
  };
  const text = `${JSON.stringify(result, null, 2)}\n`;
  writeFileSync(join(RESULTS, `${name}.json`), text);
  console.log(text);
  return true;
}

/** Only what stands between the markers is written; the words around it are people's. */
function writePage(): void {
  const results = Object.keys(SCRIPTS)
    .map((name) => join(RESULTS, `${name}.json`))
    .filter((path) => existsSync(path))
    .map((path) => JSON.parse(readFileSync(path, 'utf8')) as Result);
  const page = readFileSync(PAGE, 'utf8');
  const [before, after] = [page.indexOf(MARKERS[0]) + MARKERS[0].length, page.indexOf(MARKERS[1])];
  if (after < before) throw new Error('docs/benchmarks.md has lost its markers');
  writeFileSync(PAGE, `${page.slice(0, before)}\n\n${formatReport(results)}\n${page.slice(after)}`);
}
