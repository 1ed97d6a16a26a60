import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeTemporaryDirectory } from '../../test/temporary.ts';
import { loadRevocation } from './revocation.ts';

async function setUp() {
  const path = join(await makeTemporaryDirectory(), 'revoked.json');
  return { path, revocation: await loadRevocation(path, 'm1') };
}

describe('a revocation', () => {
  it('holds over a restart, until the server answers well', async () => {
    const { path, revocation } = await setUp();
    expect(revocation.isRevoked()).toBe(false);
    revocation.set(true);
    expect(revocation.isRevoked()).toBe(true);
    await revocation.stored();
    const restarted = await loadRevocation(path, 'm1');
    expect(restarted.isRevoked()).toBe(true);
    restarted.set(false);
    await restarted.stored();
    expect((await loadRevocation(path, 'm1')).isRevoked()).toBe(false);
  });

  it('ends with the last that was said, however fast', async () => {
    const { path, revocation } = await setUp();
    for (const wanted of [true, false, true]) revocation.set(wanted);
    await revocation.stored();
    expect((await loadRevocation(path, 'm1')).isRevoked()).toBe(true);
    revocation.set(false);
    await revocation.stored();
    await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('does not follow the machine into another enrolment', async () => {
    const { path, revocation } = await setUp();
    revocation.set(true);
    await revocation.stored();
    expect((await loadRevocation(path, 'm2')).isRevoked()).toBe(false);
  });

  it.each(['', 'null', '{}', '[1]'])('is none in a file that says %j', async (text) => {
    const { path } = await setUp();
    await writeFile(path, text);
    expect((await loadRevocation(path, 'm1')).isRevoked()).toBe(false);
  });

  it('tells when it could not be kept', async () => {
    const revocation = await loadRevocation('/nowhere/revoked.json', 'm1');
    revocation.set(true);
    expect(revocation.isRevoked()).toBe(true);
    await expect(revocation.stored()).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
