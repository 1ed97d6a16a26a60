/**
 * Prints how long the console waits for what its pages ask of the server: 2,000 registries, 5,000 machines, a million decisions.
 * JSON on stdout. usage: run.ts [DECISIONS [RUNS]]
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseControlPlaneConfig, setUpOrganization, startControlPlane } from '@pullgate/control-plane';
import { fillFleet } from './fill.ts';
import { DECISION_PAGES, PAGES, type PageCall } from './pages.ts';

const DECISIONS = Number(process.argv[2] ?? 1_000_000);
const RUNS = Number(process.argv[3] ?? 30);
const MACHINES = 5000;
const REGISTRIES = 2000;

const dataDir = mkdtempSync(join(tmpdir(), 'pullgate-bench-console-'));
const config = parseControlPlaneConfig({ dataDir, listen: '127.0.0.1:0', logLevel: 'error' });
const { organization, token } = await setUpOrganization(config, { organization: 'bench' });
const registries = Array.from({ length: REGISTRIES }, (_, n) => `registry-${n}.example`);
const limits = { requests: 1e7, signIns: 1e7, failedTokens: 1e7 };
let plane = await startControlPlane(config, { limits });
try {
  await post('registries/bulk', { entries: registries.map((registry) => ({ registry })) });
  await post('policy/publish', {}, { 'if-match': '"d2"' });
  const preparing = await prepare();
  const routes: Timed[] = [];
  for (const page of [...PAGES, ...DECISION_PAGES(Date.now())]) routes.push(await measure(page));
  const report = {
    name: 'console',
    unit: 'ms',
    decisions: DECISIONS,
    machines: MACHINES,
    registries: REGISTRIES,
    ...preparing,
    slowestP95Ms: Math.max(...routes.map(({ p95Ms }) => p95Ms)),
    routes,
  };
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
} finally {
  await plane.close();
  rmSync(dataDir, { recursive: true, force: true });
}

/** `migrationMs`: counting the attempts and making the indexes, once, when this version first starts. */
async function prepare(): Promise<{ readonly fillMs: number; readonly migrationMs: number }> {
  await plane.close();
  const start = performance.now();
  fillFleet({
    file: join(dataDir, 'pullgate.sqlite'),
    organizationId: organization.id,
    machines: MACHINES,
    registries,
    decisions: DECISIONS,
    now: Date.now(),
  });
  const filled = performance.now();
  plane = await startControlPlane(config, { limits });
  return { fillMs: Math.round(filled - start), migrationMs: Math.round(performance.now() - filled) };
}

interface Timed {
  readonly what: string;
  readonly path: string;
  readonly p50Ms: number;
  readonly p95Ms: number;
}

/** The first call, which finds nothing in memory, is not counted. */
async function measure({ what, path, body }: PageCall): Promise<Timed> {
  const ask = () => (body === undefined ? get(path) : post(path, body));
  await ask();
  const times: number[] = [];
  for (let n = 0; n < RUNS; n += 1) {
    const start = performance.now();
    await ask();
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  const at = (share: number) => Math.round((times[Math.ceil(times.length * share) - 1] ?? 0) * 10) / 10;
  return { what, path, p50Ms: at(0.5), p95Ms: at(0.95) };
}

async function get(path: string): Promise<void> {
  await must(path, { headers: { authorization: `Bearer ${token}` } });
}

async function post(path: string, body: object, headers: Record<string, string> = {}): Promise<void> {
  await must(path, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

async function must(path: string, request: RequestInit): Promise<void> {
  const response = await fetch(`${plane.url}/api/v1/organizations/${organization.slug}/${path}`, request);
  const text = await response.text();
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`);
}
