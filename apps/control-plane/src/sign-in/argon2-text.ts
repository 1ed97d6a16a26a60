/** The text of an Argon2id hash, in the PHC string format. Leaves hashing and comparing to password-hash.ts. */

import { ControlPlaneError } from '../errors.ts';

/** What a hash costs; RFC 9106, 3.1. */
export interface Argon2Cost {
  readonly memoryKiB: number;
  readonly passes: number;
  readonly lanes: number;
}

export interface Argon2Hash extends Argon2Cost {
  readonly salt: Buffer;
  readonly tag: Buffer;
}

/** Version 1.3, the one of RFC 9106, written in decimal. */
const VERSION = 19;
/** A damaged or planted row must not take the server's memory or hours of its time: sixteen times what we write. */
const MAX = { memoryKiB: 16 * 19_456, passes: 16, lanes: 16 } as const;
/** RFC 9106, 3.1 and 4: a salt of 8 bytes is the least; more than these no library writes. */
const SALT_BYTES = { min: 8, max: 64 } as const;
const TAG_BYTES = { min: 16, max: 64 } as const;

/**
 * hash   = "$argon2id$v=19$m=" number ",t=" number ",p=" number "$" base64 "$" base64
 * number = "1".."9" *digit            ; no sign, no leading zero, six digits at most
 * base64 = RFC 4648, 4, without padding, its unused bits zero
 */
const GRAMMAR =
  /^\$argon2id\$v=(\d{1,3})\$m=([1-9]\d{0,5}),t=([1-9]\d{0,5}),p=([1-9]\d{0,5})\$([A-Za-z0-9+/]{1,88})\$([A-Za-z0-9+/]{1,88})$/;

export function formatArgon2({ memoryKiB, passes, lanes, salt, tag }: Argon2Hash): string {
  return `$argon2id$v=${VERSION}$m=${memoryKiB},t=${passes},p=${lanes}$${toBase64(salt)}$${toBase64(tag)}`;
}

/** @throws ControlPlaneError INTERNAL, which never cites the hash */
export function parseArgon2(text: string): Argon2Hash {
  const [, version, memory, passes, lanes, salt = '', tag = ''] = GRAMMAR.exec(text) ?? [];
  const hash = {
    memoryKiB: Number(memory),
    passes: Number(passes),
    lanes: Number(lanes),
    salt: Buffer.from(salt, 'base64'),
    tag: Buffer.from(tag, 'base64'),
  };
  const isCanonical = toBase64(hash.salt) === salt && toBase64(hash.tag) === tag;
  if (Number(version) !== VERSION || !isCanonical || !isWithinBounds(hash)) throw unreadableHash();
  return hash;
}

/** Somebody must look at the row, or the person set a new password; which row it is stands in the request that was logged. */
export const unreadableHash = () =>
  new ControlPlaneError('INTERNAL', 'a stored password hash cannot be read', {
    hint: 'set the password anew by "Forgotten your password?"',
  });

/** RFC 9106, 3.1: at least 8 KiB of memory for each lane. */
function isWithinBounds({ memoryKiB, passes, lanes, salt, tag }: Argon2Hash): boolean {
  const isAffordable = memoryKiB <= MAX.memoryKiB && passes <= MAX.passes && lanes <= MAX.lanes;
  return isAffordable && memoryKiB >= 8 * lanes && isOf(salt, SALT_BYTES) && isOf(tag, TAG_BYTES);
}

const isOf = ({ length }: Buffer, { min, max }: { readonly min: number; readonly max: number }) =>
  length >= min && length <= max;

const toBase64 = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
