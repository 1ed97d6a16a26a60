import { hashPassword as hashByScrypt } from 'better-auth/crypto';
import { describe, expect, it } from 'vitest';
import { formatArgon2, parseArgon2 } from './argon2-text.ts';
import { hashPassword, isOutdatedHash, verifyPassword } from './password-hash.ts';

const PASSWORD = 'correct horse battery';
/** Made by the reference implementation: `argon2 somesalt -id -t 2 -m 16 -p 1` for the password `password`. */
const REFERENCE = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';

describe('a password', () => {
  it('is kept as Argon2id of what OWASP recommends, with a salt of its own', async () => {
    const [one, other] = [await hashPassword(PASSWORD), await hashPassword(PASSWORD)];
    expect(one).toMatch(/^\$argon2id\$v=19\$m=12288,t=3,p=1\$/);
    expect(one).not.toBe(other);
    expect(await verifyPassword({ hash: one, password: PASSWORD })).toBe(true);
    expect(isOutdatedHash(one)).toBe(false);
  });

  it.each([
    ['of another program', async () => REFERENCE, 'password'],
    ['by scrypt, as an earlier version kept it', () => hashByScrypt(PASSWORD), PASSWORD],
  ])('hashed %s is right, wrong if anything differs, and outdated', async (_what, make, password) => {
    const hash = await make();
    expect(await verifyPassword({ hash, password })).toBe(true);
    expect(await verifyPassword({ hash, password: `${password} ` })).toBe(false);
    expect(await verifyPassword({ hash, password: '' })).toBe(false);
    expect(isOutdatedHash(hash)).toBe(true);
  });

  it.each(['Ångström ﬁn', 'A\u030angstro\u0308m fin'])(
    'is the same however %s was composed',
    async (spelling) => {
      expect(await verifyPassword({ hash: await hashPassword('Ångström fin'), password: spelling })).toBe(
        true,
      );
    },
  );

  it.each([0, 31])('is wrong when byte %s of its tag differs', async (index) => {
    const hash = parseArgon2(await hashPassword(PASSWORD));
    hash.tag[index] = (hash.tag[index] ?? 0) ^ 1;
    expect(await verifyPassword({ hash: formatArgon2(hash), password: PASSWORD })).toBe(false);
  });

  it.each([
    '',
    'plain',
    ':',
    `${'0'.repeat(32)}:`,
    `${'0'.repeat(32)}:${'0'.repeat(127)}`,
    '$2b$10$abc',
    '$argon2id$',
  ])('cannot be compared with %j', async (hash) => {
    await expect(verifyPassword({ hash, password: PASSWORD })).rejects.toMatchObject({ code: 'INTERNAL' });
  });
});
