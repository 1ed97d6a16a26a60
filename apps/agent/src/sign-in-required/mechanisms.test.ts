import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Mechanism, mechanismsOf, resolveSignIn } from '@pullgate/required-sign-in';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMechanisms } from './mechanisms.ts';
import { createDarwinMechanisms } from './mechanisms-darwin.ts';
import { createWindowsMechanisms, isAdministratorsOnly } from './mechanisms-windows.ts';
import type { ReaderResult } from './run-reader.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pullgate-mechanisms-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function at(mechanisms: readonly Mechanism[], format: string): Mechanism {
  const found = mechanisms.find((mechanism) => mechanism.format === format);
  if (found === undefined) throw new Error(`no ${format}`);
  return found;
}
const answer = (status: number, text = ''): ReaderResult => ({
  status,
  output: new TextEncoder().encode(text),
});

describe('macOS', () => {
  const all = mechanismsOf('darwin');
  const profile = at(all, 'profile');
  const put = (content: string): void => {
    mkdirSync(dirname(join(root, profile.place)), { recursive: true, mode: 0o755 });
    writeFileSync(join(root, profile.place), content, { mode: 0o644 });
  };
  const XML = '<plist><dict><key>allowedOrgs</key><string>acme;beta</string></dict></plist>';

  it('reads the managed preferences that a profile becomes, as XML and as the binary form that plutil turns', async () => {
    const asked: string[][] = [];
    const { read } = createDarwinMechanisms(root, all, async (file, args) => {
      asked.push([file, ...args]);
      return answer(0, XML);
    });
    put(XML);
    const plain = await read(profile);
    put('bplist00\x00');
    const turned = await read(profile);
    for (const found of [plain, turned])
      expect(resolveSignIn(found === undefined ? [] : [found], 'own').allowedOrgs).toEqual(['acme', 'beta']);
    expect(asked).toEqual([
      ['/usr/bin/plutil', '-convert', 'xml1', '-o', '-', '--', join(root, profile.place)],
    ]);
  });

  it('reports a list that plutil cannot read', async () => {
    const { read } = createDarwinMechanisms(root, all, async () => answer(1));
    put('bplist00');
    expect(await read(profile)).toMatchObject({ problem: expect.stringContaining('plutil') });
  });
});

describe('Windows', () => {
  const all = mechanismsOf('win32');
  const key = at(all, 'registry-key');

  it('asks reg for our own key, and takes its answer', async () => {
    const asked: string[][] = [];
    const { read } = createWindowsMechanisms(all, async (file, args) => {
      asked.push([file, ...args]);
      return answer(0, '\r\nHKEY_LOCAL_MACHINE\\X\r\n    allowedOrgs    REG_MULTI_SZ    acme\\0beta\r\n\r\n');
    });
    const found = await read(key);
    expect(resolveSignIn(found === undefined ? [] : [found], 'own').allowedOrgs).toEqual(['acme', 'beta']);
    expect(asked).toEqual([
      ['C:\\Windows\\System32\\reg.exe', 'query', 'HKLM\\SOFTWARE\\Policies\\Pullgate'],
    ]);
  });

  it('tells a key that is not there from a reg that cannot be run', async () => {
    expect(await createWindowsMechanisms(all, async () => answer(1)).read(key)).toBeUndefined();
    expect(await createWindowsMechanisms(all, async () => answer(-1)).read(key)).toHaveProperty('problem');
  });

  it.each([
    ['administrators write, users read', 'O:BAG:SYD:PAI(A;;FA;;;SY)(A;;FA;;;BA)(A;;0x1200a9;;;BU)', true],
    ['rights for what is made below', 'O:SYG:SYD:(A;;FA;;;BA)(A;OICIIO;GA;;;CO)(A;;FR;;;WD)', true],
    ['a person owns it', 'O:S-1-5-21-1-2-3-1001G:SYD:(A;;FA;;;BA)', false],
    ['users write', 'O:BAG:SYD:(A;;FA;;;BA)(A;;0x1301bf;;;BU)', false],
    ['everybody, by letters', 'O:BAG:SYD:(A;;FRFW;;;WD)', false],
    ['no list', 'O:BAG:SY', false],
    ['an empty answer', '', false],
  ])('%s', (_name, sddl, expected) => {
    expect(isAdministratorsOnly(sddl)).toBe(expected);
  });
});

describe('the choice by operating system', () => {
  it.each(['linux', 'darwin', 'win32'] as const)('%s has its own', (platform) => {
    expect(createMechanisms({ root, platform }).all).toEqual(mechanismsOf(platform));
  });
});
