import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getMigrations } from 'better-auth/db/migration';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../database/open.ts';
import { createAuth } from './sign-in.ts';

describe('the tables of sign-in', () => {
  it('are what this version of better-auth expects', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'pullgate-auth-'));
    const { db, close } = await openDatabase(dataDir);
    const publicUrl = () => 'http://localhost:7080';
    const auth = createAuth({
      db,
      secret: 's'.repeat(32),
      publicUrl,
      trustedOrigins: () => [],
      hooks: () => ({}),
    });
    const { toBeCreated, toBeAdded, toBeAddedIndexes } = await getMigrations(auth.options);
    await close();
    rmSync(dataDir, { recursive: true });
    expect([toBeCreated, toBeAdded, toBeAddedIndexes]).toEqual([[], [], []]);
  });
});
