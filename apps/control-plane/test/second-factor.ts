/** A person's second factor, as their app for one-time codes has it. */

import { createOTP } from '@better-auth/utils/otp';
import { type Client, OWNER } from './harness.ts';

export interface SecondFactor {
  readonly totpURI: string;
  readonly backupCodes: readonly string[];
}

export async function setUpSecondFactor(person: Client): Promise<SecondFactor> {
  const begun = await person.post('/api/v1/account/two-factor', { password: OWNER.password });
  if (begun.status !== 200) throw new Error(`no second factor: ${begun.status}`);
  const code = await codeOf(begun.body.totpURI);
  const verified = await person.post('/api/v1/account/two-factor/verify', { code });
  if (verified.status !== 204) throw new Error(`not verified: ${verified.status}`);
  return begun.body;
}

/** The code of this half minute. */
export async function codeOf(totpURI: string): Promise<string> {
  const secret = new URL(totpURI).searchParams.get('secret') ?? '';
  return await createOTP(new TextDecoder().decode(fromBase32(secret))).totp();
}

/** RFC 4648, 6. */
function fromBase32(text: string): Uint8Array {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...text.replace(/=+$/, '')]
    .map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0'))
    .join('');
  return Uint8Array.from(bits.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2));
}
