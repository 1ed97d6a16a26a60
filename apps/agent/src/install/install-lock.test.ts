import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { lockInstall } from './install-lock.ts';

it('lets one run in at a time, and the next after it', () => {
  const dir = mkdtempSync(join(tmpdir(), 'pullgate-lock-'));
  const path = join(dir, 'install/lock');
  const release = lockInstall(path);
  expect(() => lockInstall(path, 10)).toThrow(expect.objectContaining({ code: 'INSTALL_BUSY' }));
  release();
  lockInstall(path, 10)();
  expect(readFileSync(path)).toHaveLength(0);
  rmSync(dir, { recursive: true });
});
