/**
 * Prints how long it takes from an owner's publish until the last of 2,000 machines has heard of it, all of them connected to
 * one server from a second process. JSON on stdout. usage: run.ts [MACHINES]
 */

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseControlPlaneConfig, setUpOrganization, startControlPlane } from '@pullgate/control-plane';

const MACHINES = Number(process.argv[2] ?? 2000);
const RUNS = 5;

const dataDir = mkdtempSync(join(tmpdir(), 'pullgate-bench-announce-'));
const config = parseControlPlaneConfig({ dataDir, listen: '127.0.0.1:0', logLevel: 'error' });
const { organization, token } = await setUpOrganization(config, { organization: 'bench' });
const plane = await startControlPlane(config);
const api = `${plane.url}/api/v1/organizations/${organization.slug}`;
const child = fork(join(import.meta.dirname, 'machines.ts'), [
  plane.url,
  await createToken(),
  String(MACHINES),
]);
try {
  await messageWith('ready');
  await measure('enforce');
  const runs: Run[] = [];
  for (let n = 0; n < RUNS; n += 1) runs.push(await measure(n % 2 === 0 ? 'observe' : 'enforce'));
  const report = {
    name: 'announce',
    unit: 'ms',
    node: process.version,
    machines: MACHINES,
    /** From sending the publish request, with its transaction and the signature, to the last machine. */
    publishToLastMs: median(runs.map((run) => run.toLastMs)),
    /** Until the owner has the answer. */
    publishToAnswerMs: median(runs.map((run) => run.toAnswerMs)),
    runs,
  };
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
} finally {
  child.disconnect();
  await plane.close();
  rmSync(dataDir, { recursive: true, force: true });
}

interface Run {
  readonly toAnswerMs: number;
  readonly toLastMs: number;
}

async function measure(mode: string): Promise<Run> {
  const last = messageWith('revision');
  const start = performance.timeOrigin + performance.now();
  await call('policy/mode', { mode });
  const answered = performance.timeOrigin + performance.now();
  const { at } = await last;
  return { toAnswerMs: round(answered - start), toLastMs: round(at - start) };
}

interface Message {
  readonly ready?: number;
  readonly revision?: number;
  readonly at: number;
}

async function messageWith(member: 'ready' | 'revision'): Promise<Message> {
  for (;;) {
    const [message] = (await once(child, 'message')) as [Message];
    if (message[member] !== undefined) return message;
  }
}

async function createToken(): Promise<string> {
  const made = (await call('enrollment-tokens', { uses: MACHINES })) as { token: string };
  return made.token;
}

async function call(path: string, body: object): Promise<unknown> {
  const response = await fetch(`${api}/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return await response.json();
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}
