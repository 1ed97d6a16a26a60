/**
 * Measures relaying one large stream over loopback, each peer in turn, round after round, in one run; prints JSON.
 * Arguments: rounds (5), bytes (1 GiB). What counts are the ratios: every peer shares the machine with both ends.
 */

import { execFile } from 'node:child_process';
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

async function measure(peer: Peer, sourcePort: number): Promise<number> {
  const target = peer.connects ? [`127.0.0.1:${sourcePort}`] : [];
  const { stdout } = await run(process.execPath, [CLIENT, String(peer.port), ...target], {
    timeout: 120_000,
  });
  const { bytes, seconds } = JSON.parse(stdout) as { bytes: number; seconds: number };
  if (bytes !== totalBytes) throw new Error(`${peer.name} relayed ${bytes} of ${totalBytes} bytes`);
  return Math.round(bytes / seconds);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

async function measureAll(peers: readonly Peer[], sourcePort: number): Promise<Map<string, number[]>> {
  const runs = new Map<string, number[]>(peers.map((peer) => [peer.name, []]));
  // The first round warms up and does not count.
  for (let round = 0; round <= rounds; round += 1) {
    for (const peer of peers) {
      const speed = await measure(peer, sourcePort);
      if (round > 0) runs.get(peer.name)?.push(speed);
    }
  }
  return runs;
}

function report(runs: ReadonlyMap<string, readonly number[]>, skipped: readonly SkippedPeer[]): object {
  const medians = new Map([...runs].map(([name, values]) => [name, median(values)]));
  const own = medians.get('pullgate') ?? 0;
  const others = [...medians].filter(([name]) => name !== 'pullgate');
  return {
    name: 'relay',
    unit: 'bytes/s',
    results: [
      ...[...runs].map(([peer, values]) => ({ peer, medianBytesPerSecond: medians.get(peer), runs: values })),
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
