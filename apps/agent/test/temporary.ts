/** Directories and waiting, for tests. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';

/** A fresh directory that goes when the test ends. */
export async function makeTemporaryDirectory(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'pga-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

/** Resolves once `check` returns something other than undefined or false; the test's own time-out bounds it. */
export async function until<T>(check: () => T | Promise<T>): Promise<NonNullable<T>> {
  for (;;) {
    const value = await check();
    if (value !== undefined && value !== null && value !== false) return value as NonNullable<T>;
    await sleep(10);
  }
}
