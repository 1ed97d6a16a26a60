/** How passwords are kept: Argon2id, and scrypt for those that an earlier version hashed. Leaves accounts and sessions to better-auth. */

import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { verifyPassword as verifyScrypt } from 'better-auth/crypto';
import {
  type Argon2Cost,
  type Argon2Hash,
  formatArgon2,
  parseArgon2,
  unreadableHash,
} from './argon2-text.ts';

/** Of the settings that OWASP calls equally strong, the one that is the least work for two cores and still wants much memory of a thief. */
const COST: Argon2Cost = { memoryKiB: 12_288, passes: 3, lanes: 1 };
/** RFC 9106, 4: 128 bits of salt and 256 of tag. */
const SALT_BYTES = 16;
const TAG_BYTES = 32;
/** What better-auth writes by itself: scrypt with N 16384, r 16, p 1. */
const SCRYPT_HASH = /^[0-9a-f]{32}:[0-9a-f]{128}$/;

const derive = promisify(argon2);

/** At most four run at a time, as many as libuv has threads, and only those hold memory. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  return formatArgon2({ ...COST, salt, tag: await toTag(password, COST, salt, TAG_BYTES) });
}

/** Compares in constant time. @throws ControlPlaneError INTERNAL when the hash is none that this program writes or wrote */
export async function verifyPassword({
  hash,
  password,
}: {
  hash: string;
  password: string;
}): Promise<boolean> {
  if (SCRYPT_HASH.test(hash)) return await verifyScrypt({ hash, password });
  if (!hash.startsWith('$argon2id$')) throw unreadableHash();
  const kept = parseArgon2(hash);
  return timingSafeEqual(await toTag(password, kept, kept.salt, kept.tag.length), kept.tag);
}

/** Whether {@link hashPassword} would write it another way today; it is hashed anew when the person signs in. */
export function isOutdatedHash(hash: string): boolean {
  if (SCRYPT_HASH.test(hash)) return true;
  const kept = parseArgon2(hash);
  const isOfOurSize = kept.salt.length === SALT_BYTES && kept.tag.length === TAG_BYTES;
  return !isOfOurSize || !hasCost(kept, COST);
}

const hasCost = (hash: Argon2Hash, cost: Argon2Cost) =>
  hash.memoryKiB === cost.memoryKiB && hash.passes === cost.passes && hash.lanes === cost.lanes;

/** Keyboards compose the same letter in different ways: NFKC as NIST SP 800-63B, 3.1.1.2, and better-auth's own hash. */
async function toTag(password: string, cost: Argon2Cost, salt: Buffer, tagLength: number): Promise<Buffer> {
  return await derive('argon2id', {
    message: password.normalize('NFKC'),
    nonce: salt,
    parallelism: cost.lanes,
    memory: cost.memoryKiB,
    passes: cost.passes,
    tagLength,
  });
}
