import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createBundleFiles } from '../bundle-store/bundle-files.ts';
import { toAgentPaths } from '../config.ts';
import { forgetFormerPlace } from './forget-former-place.ts';

const OURS = 'AA:01';
const POLICY = { epoch: 1, revision: 7, issuedAt: 1 };
const ASSIGNMENT = { epoch: 1, revision: 40, issuedAt: 1 };

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'pullgate-former-'));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

it('forgets the assignments of the former machine, and keeps how far the policy was', async () => {
  const bundles = createBundleFiles(dataDir, OURS);
  await bundles.storePositions({ policy: POLICY, assignment: ASSIGNMENT });
  const assignment = join(dataDir, 'assignment.bundle.json');
  writeFileSync(assignment, '{}');
  await forgetFormerPlace(toAgentPaths(dataDir), OURS);
  expect(await bundles.loadPositions()).toEqual({ policy: POLICY });
  expect(existsSync(assignment)).toBe(false);
});

it('does nothing where there was no machine', async () => {
  await forgetFormerPlace(toAgentPaths(dataDir), OURS);
  expect(await createBundleFiles(dataDir, OURS).loadPositions()).toEqual({});
});
