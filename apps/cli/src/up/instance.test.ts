import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { claimDataDir, stopInstance } from './instance.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pullgate-up-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('one up per data directory', () => {
  it('refuses the second, and lets down end the first', async () => {
    const first = await claimDataDir(folder);
    await expect(claimDataDir(folder)).rejects.toMatchObject({ code: 'ALREADY_RUNNING' });
    const stopped = stopInstance(folder);
    await first.stopRequested;
    first.release();
    await stopped;
    await expect(stopInstance(folder)).rejects.toMatchObject({ code: 'NOT_RUNNING' });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('takes over what a killed one left behind', async () => {
    writeFileSync(join(folder, 'up.sock'), '');
    (await claimDataDir(folder)).release();
  });

  it('says when the path is too long for a socket', async () => {
    await expect(claimDataDir(`/tmp/${'x'.repeat(120)}`)).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
  });
});
