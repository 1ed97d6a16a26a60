/** A process of its own that stores records as fast as it can and says which are on disk; meant to be killed. */

import { openSpool } from '../src/decision-log/spool.ts';

const spool = await openSpool({ dir: process.argv[2] ?? '', maxBytes: 1024 * 1024 * 1024 });
for (;;) {
  const stored = await spool.append(
    Array.from({ length: 1 + Math.floor(Math.random() * 50) }, () => ({
      v: 1 as const,
      at: Date.now(),
      point: 'proxy',
      depth: 'host' as const,
      verdict: 'deny' as const,
      effect: 'refuse' as const,
      mode: 'enforce' as const,
      reason: 'NOT_LISTED',
      revision: 1,
      registry: 'x'.repeat(Math.floor(Math.random() * 200)),
    })),
  );
  process.stdout.write(`${stored.at(-1)?.seq}\n`);
}
