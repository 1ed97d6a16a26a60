/** How long certificates are good for, and when they are made anew. Pure. */

import type { X509Certificate } from 'node:crypto';
import type { Validity } from './certificates.ts';

/** A clock that is set back a little must not make it a certificate of the future. */
const BACKDATED_MS = 3_600_000;

/** @param now milliseconds since the Unix epoch */
export const toValidity = (now: number, lifeMs: number): Validity => ({
  notBefore: now - BACKDATED_MS,
  notAfter: now + lifeMs,
});

/** Also of a certificate that is not good yet, as when the clock was wrong. */
export function isPastTwoThirds(certificate: X509Certificate, now: number): boolean {
  const [from, to] = [certificate.validFromDate.getTime(), certificate.validToDate.getTime()];
  return now < from || to - now < (to - from) / 3;
}
