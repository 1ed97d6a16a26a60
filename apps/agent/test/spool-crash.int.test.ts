import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openSpool } from '../src/decision-log/spool.ts';
import { makeTemporaryDirectory } from './temporary.ts';

const WRITER = fileURLToPath(new URL('spool-writer.ts', import.meta.url));

/** Lets a writer run until it has stored some batches, kills it in the midst of one, and returns the last number it reported. */
async function writeAndKill(dir: string, batches: number): Promise<number> {
  const child = spawn(process.execPath, [WRITER, dir], { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  let output = '';
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    output += chunk.toString();
    if (output.split('\n').length > batches) child.kill('SIGKILL');
  }
  const [, signal] = await closed;
  expect(signal).toBe('SIGKILL');
  return Number(output.slice(0, output.lastIndexOf('\n')).split('\n').at(-1));
}

describe('a spool whose process is killed', () => {
  it('has every record that was reported as stored, each once, and goes on with the next number', async () => {
    const dir = await makeTemporaryDirectory();
    let reported = 0;
    for (const batches of [1, 5, 20, 3, 40]) {
      const last = await writeAndKill(dir, batches);
      expect(last).toBeGreaterThan(reported);
      reported = last;
    }
    const spool = await openSpool({ dir, maxBytes: 1024 * 1024 * 1024 });
    const seqs: number[] = [];
    for (let batch = await spool.read(1000); batch !== undefined; batch = await spool.read(1000)) {
      seqs.push(...batch.records.map(({ seq }) => seq));
      await spool.acknowledge(seqs.at(-1) ?? 0);
    }
    expect(seqs.length).toBeGreaterThanOrEqual(reported);
    expect(seqs).toEqual(seqs.map((_, index) => index + 1));
    expect(spool.status()).toEqual({ pending: 0, dropped: 0 });
  });
});
