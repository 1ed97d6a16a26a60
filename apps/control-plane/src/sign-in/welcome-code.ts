/** The shape of the one-time code with which the first owner signs in. Leaves keeping and using it up to better-auth. */

import { createHash, randomInt } from 'node:crypto';

/** Letters and digits that are not mistaken for one another when read aloud. */
const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
/** 40 bits: with the limit on guesses, a day of guessing finds one in 10^8. */
const LENGTH = 8;
export const WELCOME_CODE_LIFE_MS = 24 * 3_600_000;

/** For example `9F3K-22QM`. */
export function createWelcomeCode(): string {
  const letters = Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]);
  return `${letters.slice(0, LENGTH / 2).join('')}-${letters.slice(LENGTH / 2).join('')}`;
}

/** Name under which a code is kept: hashed, and however it was typed. */
export function toIdentifier(code: string): string {
  const letters = code.toUpperCase().replace(/[^0-9A-Z]/g, '');
  return `welcome:${createHash('sha256').update(letters).digest('hex')}`;
}
