/**
 * Measures inspected pull and push of 1 GiB in 50 layers, each peer in turn, round after round, in one run; then many small pulls at
 * once through the gateway. Prints JSON. Arguments: rounds (5), bytes (1 GiB). What counts are the ratios.
 */

import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createAuthority, issueCertificate } from '../../e2e/lab/certificates.ts';
import { median } from '../pull/median.ts';
import type { SkippedPeer } from '../relay/peers.ts';
import { PEERS, startSource, type TlsPeer } from './peers.ts';

const rounds = Number(process.argv[2] ?? 5);
const totalBytes = Number(process.argv[3] ?? 1024 ** 3);
const LAYERS = 50;
/** dockerd pulls three layers at a time, and pushes five. */
const PARALLEL = { pull: 3, push: 5 } as const;
const SMALL_PULLS = 1000;
const HOST = 'registry.bench.test';

const run = promisify(execFile);
type Direction = keyof typeof PARALLEL;

interface Bench {
  readonly root: string;
  readonly ca: string;
  readonly registry: string;
  readonly layer: string;
}

interface Run {
  readonly bytesPerSecond: number;
  /** Of the peer alone. */
  readonly cpuSeconds: number;
}

async function measure(
  { root, ca, registry, layer }: Bench,
  peer: TlsPeer,
  direction: Direction,
): Promise<Run> {
  const base = `https://${registry}/v2/team/app/blobs`;
  const shared = ['--silent', '--show-error', '--fail', '--cacert', ca, '--http1.1', ...peer.curl];
  const transfers = Array.from({ length: LAYERS }, (_, index) =>
    direction === 'pull'
      ? ['--output', '/dev/null', `${base}/sha256:${String(index).padStart(64, '0')}`]
      : ['--output', '/dev/null', '--upload-file', layer, `${base}/uploads/layer-${index}`],
  );
  const all = transfers.flatMap((transfer, index) =>
    index === 0 ? [...shared, ...transfer] : ['--next', ...shared, ...transfer],
  );
  const before = cpuSeconds(peer.process.pid);
  const startedAt = performance.now();
  await run('curl', ['--parallel', '--parallel-max', String(PARALLEL[direction]), ...all], {
    timeout: 300_000,
  });
  const seconds = (performance.now() - startedAt) / 1000;
  rmSync(join(root, 'v2/team/app/blobs/uploads'), { recursive: true });
  mkdirSync(join(root, 'v2/team/app/blobs/uploads'));
  const bytesPerSecond = Math.round(totalBytes / seconds);
  return { bytesPerSecond, cpuSeconds: cpuSeconds(peer.process.pid) - before };
}

/** Ticks of user and system time of a process and of those it started (proc(5), stat, 14 and 15); 100 in a second. */
function cpuSeconds(pid: number | undefined): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .trim()
    .split(' ')
    .filter(Boolean);
  return [pid, ...children.map(Number)].reduce<number>((sum, each) => {
    const fields = readFileSync(`/proc/${each}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return sum + (Number(fields[11]) + Number(fields[12])) / 100;
  }, 0);
}

/** The most memory that the process ever had, in MiB (proc(5), status, VmHWM). */
function peakMebibytes(peer: TlsPeer): number {
  const text = readFileSync(`/proc/${peer.process.pid}/status`, 'utf8');
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(text)?.[1] ?? Number.NaN) / 1024);
}

function fillRoot(root: string): string {
  const blobs = join(root, 'v2/team/app/blobs');
  mkdirSync(join(blobs, 'uploads'), { recursive: true });
  mkdirSync(join(root, 'v2/team/app/manifests'));
  const layer = join(root, 'layer');
  writeFileSync(layer, randomBytes(Math.floor(totalBytes / LAYERS)));
  const bytes = readFileSync(layer);
  for (let index = 0; index < LAYERS; index += 1)
    writeFileSync(join(blobs, `sha256:${String(index).padStart(64, '0')}`), bytes);
  writeFileSync(join(blobs, `sha256:${'f'.repeat(64)}`), randomBytes(10_000));
  writeFileSync(join(root, 'v2/team/app/manifests/1'), JSON.stringify({ schemaVersion: 2, layers: [] }));
  return layer;
}

async function smallPulls(bench: Bench, peer: TlsPeer): Promise<object> {
  const script = fileURLToPath(new URL('small-pulls.ts', import.meta.url));
  const paths = ['/v2/team/app/manifests/1', `/v2/team/app/blobs/sha256:${'f'.repeat(64)}`];
  const { stdout } = await run(
    process.execPath,
    [script, String(peer.port), bench.registry, bench.ca, String(SMALL_PULLS), ...paths],
    {
      timeout: 120_000,
    },
  );
  return { ...(JSON.parse(stdout) as object), agentPeakMebibytes: peakMebibytes(peer) };
}

function report(
  values: ReadonlyMap<string, readonly Run[]>,
  skipped: readonly SkippedPeer[],
  small: object,
): object {
  const medians = new Map(
    [...values].map(([name, runs]) => [name, median(runs.map(({ bytesPerSecond }) => bytesPerSecond))]),
  );
  const ratioTo = (direction: Direction) =>
    [...medians]
      .filter(([name]) => name.startsWith(`${direction}: `) && name !== `${direction}: pullgate`)
      .map(([name, value]) => [
        `${direction}, pullgate / ${name.slice(direction.length + 2)}`,
        Number(((medians.get(`${direction}: pullgate`) ?? Number.NaN) / value).toFixed(2)),
      ]);
  return {
    name: 'gateway',
    unit: 'bytes/s',
    results: [
      ...[...values].map(([peer, runs]) => ({
        peer,
        medianBytesPerSecond: Math.round(medians.get(peer) ?? 0),
        medianCpuSeconds: median(runs.map(({ cpuSeconds: seconds }) => seconds)),
        runs: runs.map(({ bytesPerSecond }) => bytesPerSecond),
      })),
      ...skipped.map(({ name, skipped: reason }) => ({ peer: name, skipped: reason })),
    ],
    ratios: Object.fromEntries([...ratioTo('pull'), ...ratioTo('push')]),
    smallPulls: small,
  };
}

const folder = await mkdtemp(join(tmpdir(), 'pullgate-bench-'));
const root = await mkdtemp('/dev/shm/pullgate-bench-');
const started: { readonly process: { kill(): boolean } }[] = [];
try {
  const authority = createAuthority(join(folder, 'ca'));
  const { certificatePath: leaf, keyPath: key } = issueCertificate(authority, [HOST]);
  const ca = authority.certificatePath;
  const layer = fillRoot(root);
  const shared = { folder, host: HOST, leaf, key, ca };
  const source = await startSource(shared, root);
  if ('skipped' in source) throw new Error(source.skipped);
  started.push(source);
  const skipped: SkippedPeer[] = [];
  const peers: TlsPeer[] = [];
  for (const start of PEERS) {
    const peer = await start({ ...shared, sourcePort: source.port });
    if ('skipped' in peer) skipped.push(peer);
    else peers.push(peer);
    if (!('skipped' in peer)) started.push(peer);
  }
  const bench: Bench = { root, ca, registry: `${HOST}:${source.port}`, layer };
  const values = new Map<string, Run[]>();
  // The first round warms up and does not count.
  for (let round = 0; round <= rounds; round += 1) {
    for (const direction of ['pull', 'push'] as const) {
      for (const peer of peers) {
        const value = await measure(bench, peer, direction);
        const name = `${direction}: ${peer.name}`;
        if (round > 0) values.set(name, [...(values.get(name) ?? []), value]);
      }
    }
  }
  const own = peers.find(({ name }) => name === 'pullgate');
  const small = own === undefined ? {} : await smallPulls(bench, own);
  console.log(JSON.stringify(report(values, skipped, small), null, 2));
} finally {
  for (const { process: child } of started) child.kill();
  await rm(folder, { recursive: true, force: true });
  await rm(root, { recursive: true, force: true });
}
