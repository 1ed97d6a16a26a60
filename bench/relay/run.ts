/**
 * Measures relaying one large stream over loopback, each peer in turn, round after round, in one run; prints JSON.
 * Arguments: rounds (5), bytes (1 GiB). What counts are the ratios: every peer shares the machine with both ends.
 */

import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { PEERS, type Peer, type SkippedPeer, startScript } from './peers.ts';

const rounds = Number(process.argv[2] ?? 5);
const totalBytes = Number(process.argv[3] ?? 1024 ** 3);
const CLIENT = fileURLToPath(new URL('client.ts', import.meta.url));
const run = promisify(execFile);

interface Run {
  readonly bytesPerSecond: number;
  /** Of the peer alone; `undefined` where the kernel does not tell. */
  readonly cpuSeconds: number | undefined;
}

/** Ticks of user and system time, all threads (proc(5), stat, 14 and 15); 100 in a second on every Linux that node runs on. */
function readCpuSeconds(peer: Peer): number | undefined {
  const path = `/proc/${peer.process.pid}/stat`;
  if (!existsSync(path)) return undefined;
  const fields = readFileSync(path, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

async function measure(peer: Peer, sourcePort: number): Promise<Run> {
  const target = peer.connects ? [`127.0.0.1:${sourcePort}`] : [];
  const before = readCpuSeconds(peer);
  const { stdout } = await run(process.execPath, [CLIENT, String(peer.port), ...target], {
    timeout: 120_000,
  });
  const { bytes, seconds } = JSON.parse(stdout) as { bytes: number; seconds: number };
  if (bytes !== totalBytes) throw new Error(`${peer.name} relayed ${bytes} of ${totalBytes} bytes`);
  const after = readCpuSeconds(peer);
  const cpuSeconds = before === undefined || after === undefined ? undefined : after - before;
  return { bytesPerSecond: Math.round(bytes / seconds), cpuSeconds };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

async function measureAll(peers: readonly Peer[], sourcePort: number): Promise<Map<string, Run[]>> {
  const runs = new Map<string, Run[]>(peers.map((peer) => [peer.name, []]));
  // The first round warms up and does not count.
  for (let round = 0; round <= rounds; round += 1) {
    for (const peer of peers) {
      const result = await measure(peer, sourcePort);
      if (round > 0) runs.get(peer.name)?.push(result);
    }
  }
  return runs;
}

function report(runs: ReadonlyMap<string, readonly Run[]>, skipped: readonly SkippedPeer[]): object {
  const medians = new Map(
    [...runs].map(([name, values]) => [name, median(values.map(({ bytesPerSecond }) => bytesPerSecond))]),
  );
  const own = medians.get('pullgate') ?? 0;
  const others = [...medians].filter(([name]) => name !== 'pullgate');
  return {
    name: 'relay',
    unit: 'bytes/s',
    results: [
      ...[...runs].map(([peer, values]) => ({
        peer,
        medianBytesPerSecond: medians.get(peer),
        medianCpuSeconds: median(values.map(({ cpuSeconds = 0 }) => cpuSeconds)),
        runs: values.map(({ bytesPerSecond }) => bytesPerSecond),
      })),
      ...skipped.map(({ name, skipped: reason }) => ({ peer: name, skipped: reason })),
    ],
    ratios: Object.fromEntries(
      others.map(([name, value]) => [`pullgate / ${name}`, Number((own / value).toFixed(2))]),
    ),
  };
}

const folder = await mkdtemp(join(tmpdir(), 'pullgate-bench-'));
const source = await startScript('source.ts', [String(totalBytes)]);
const started: Peer[] = [];
const skipped: SkippedPeer[] = [];
try {
  for (const start of PEERS) {
    const peer = await start({ folder, sourcePort: source.port });
    if ('skipped' in peer) skipped.push(peer);
    else started.push(peer);
  }
  console.log(JSON.stringify(report(await measureAll(started, source.port), skipped), null, 2));
} finally {
  for (const { process: child } of [source, ...started]) child.kill();
  await rm(folder, { recursive: true, force: true });
}
