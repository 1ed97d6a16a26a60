import { execFileSync } from 'node:child_process';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openSpool } from '../src/decision-log/spool.ts';
import { makeTemporaryDirectory } from './temporary.ts';

const isRoot = process.getuid?.() === 0 && process.platform === 'linux';

describe('a spool on a full disk', () => {
  it.skipIf(!isRoot)(
    'keeps the newest records, counts the others (skipped unless root on Linux: it mounts a small tmpfs)',
    async () => {
      const dir = await makeTemporaryDirectory();
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', dir]);
      onTestFinished(() => void execFileSync('umount', ['-l', dir]));
      // The spool may take more than the disk has: it is the disk that says no.
      const spool = await openSpool({ dir, maxBytes: 512 * 1024 });
      const registry = 'x'.repeat(200);
      for (let index = 0; index < 100; index += 1) {
        await spool.append(
          Array.from({ length: 20 }, () => ({
            v: 1 as const,
            at: index,
            point: 'proxy',
            depth: 'host' as const,
            verdict: 'deny' as const,
            effect: 'refuse' as const,
            mode: 'enforce' as const,
            reason: 'NOT_LISTED',
            revision: 1,
            registry,
          })),
        );
      }
      const { pending, dropped } = spool.status();
      expect(dropped).toBeGreaterThan(0);
      expect(pending).toBeGreaterThan(100);
      expect(pending + dropped).toBe(2000);
      const seqs: number[] = [];
      for (let batch = await spool.read(1000); batch !== undefined; batch = await spool.read(1000)) {
        seqs.push(...batch.records.map(({ seq }) => seq));
        await spool.acknowledge(seqs.at(-1) ?? 0);
      }
      expect(seqs).toHaveLength(pending);
      expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
      await spool.append([
        {
          v: 1,
          at: 1,
          point: 'proxy',
          depth: 'host',
          verdict: 'deny',
          effect: 'refuse',
          mode: 'enforce',
          reason: 'NOT_LISTED',
          revision: 1,
          registry,
        },
      ]);
      expect((await spool.read(1))?.records[0]?.seq).toBe(2001);
    },
  );
});
