/**
 * Prints how long 1,000 people take who all sign in at once: each with e-mail and password in a browser, then as a machine by
 * the device flow (ask, allow, poll, use). Beside it, in the same run, the least that passwords cost: as many hashes by
 * Argon2id of the same strength with nothing around them. Clients run in a second process. JSON on stdout. usage: run.ts [PEOPLE]
 */

import { fork } from 'node:child_process';
import { argon2 } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseControlPlaneConfig, setUpOrganization, startControlPlane } from '@pullgate/control-plane';

const PEOPLE = Number(process.argv[2] ?? 1000);
const OWNER = { email: 'owner@bench.example', password: 'correct horse battery staple', name: 'Owner' };
/** As the server hashes. */
const STRENGTH = { memory: 12_288, passes: 3, parallelism: 1, tagLength: 32 };

interface Report {
  readonly errors: readonly string[];
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const dataDir = mkdtempSync(join(tmpdir(), 'pullgate-bench-sign-in-'));
const config = parseControlPlaneConfig({ dataDir, listen: '127.0.0.1:0', logLevel: 'error' });
await setUpOrganization(config, { organization: 'bench', ...OWNER });
const limits = { requests: 1e7, signIns: 1e7, failedTokens: 1e7 };
const plane = await startControlPlane(config, { limits });
try {
  const people = await measure();
  const bare = await measurePasswords();
  const report = {
    name: 'sign-in',
    unit: 's',
    people: PEOPLE,
    signIn: people,
    /** The peer: the passwords alone. */
    passwordSeconds: bare,
    perMinute: Math.floor((PEOPLE / people.seconds) * 60),
    ratio: Math.round((people.seconds / bare) * 100) / 100,
  };
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  if (people.errors.length > 0) process.exitCode = 1;
} finally {
  await plane.close();
  rmSync(dataDir, { recursive: true, force: true });
}

async function measure(): Promise<Report> {
  const argv = [plane.url, OWNER.email, OWNER.password, String(PEOPLE)];
  const child = fork(join(import.meta.dirname, 'people.ts'), argv);
  const [report] = (await once(child, 'message')) as [Report];
  return report;
}

async function measurePasswords(): Promise<number> {
  const hash = promisify(argon2);
  const start = performance.now();
  const hashOne = (_: unknown, n: number) =>
    hash('argon2id', { ...STRENGTH, message: OWNER.password, nonce: `salt of person ${n}` });
  await Promise.all(Array.from({ length: PEOPLE }, hashOne));
  return Math.round(performance.now() - start) / 1000;
}
