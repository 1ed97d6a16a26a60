import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCredentialStore } from './credentials.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pullgate-cli-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const one = { server: 'https://a.example', organization: 'acme', token: 'secret-1' };
const two = { server: 'https://b.example', organization: 'acme', token: 'secret-2' };

describe('credentials', () => {
  it('keeps the last used first, in a file and a folder of its owner alone', () => {
    const home = join(folder, 'home');
    const store = createCredentialStore(home);
    expect(store.list()).toEqual([]);
    store.save(one);
    store.save(two);
    store.save({ ...one, token: 'secret-3' });
    expect(store.list()).toEqual([{ ...one, token: 'secret-3' }, two]);
    expect(statSync(store.path).mode & 0o777).toBe(0o600);
    expect(statSync(home).mode & 0o777).toBe(0o700);
    expect(readdirSync(home)).toEqual(['credentials.json']);
    store.remove(one);
    expect(store.list()).toEqual([two]);
  });

  it.each([0o640, 0o604, 0o660, 0o644])('refuses a file of mode %o', (mode) => {
    const store = createCredentialStore(folder);
    store.save(one);
    chmodSync(store.path, mode);
    expect(() => store.list()).toThrow(
      expect.objectContaining({ code: 'CREDENTIALS_EXPOSED', hint: expect.stringContaining('chmod 600') }),
    );
  });

  it.each([
    '',
    '{',
    '[]',
    'null',
    '{"version":2,"entries":[]}',
    '{"version":1,"entries":[{"server":"x"}]}',
    '{"version":1,"entries":[null]}',
  ])('refuses the content %j and leaves it alone', (text) => {
    const store = createCredentialStore(folder);
    writeFileSync(store.path, text, { mode: 0o600 });
    expect(() => store.list()).toThrow(expect.objectContaining({ code: 'CREDENTIALS_UNREADABLE' }));
    expect(() => store.save(one)).toThrow(expect.objectContaining({ code: 'CREDENTIALS_UNREADABLE' }));
    expect(readFileSync(store.path, 'utf8')).toBe(text);
  });

  it('says when it cannot write', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(() => createCredentialStore(join(folder, 'file', 'home')).save(one)).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/FILE_UNWRITABLE|CREDENTIALS_UNREADABLE/) }),
    );
  });
});
