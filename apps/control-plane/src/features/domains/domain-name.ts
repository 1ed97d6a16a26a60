/** Parses a domain that an organization claims. Leaves the proof to `service.ts`. */

import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { quote } from '@pullgate/errors';
import { ControlPlaneError } from '../../errors.ts';

const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
/** RFC 6761, 6762, 8375 and ICANN's `internal`: nobody can prove these in the public DNS. */
const SPECIAL = new Set(['alt', 'arpa', 'internal', 'invalid', 'lan', 'local', 'localhost', 'onion']);
/** Second levels under which countries register names for others, as `co.uk` and `com.au`. */
const REGISTRY_LABELS = new Set(
  'ac co com edu firm gen go gob gov gv id ind info int ltd me mil muni ne net nhs nom or org plc police sch web'.split(
    ' ',
  ),
);

/**
 * `LABEL *("." LABEL)`, two labels or more, lower case, A-labels (RFC 5891).
 * @throws ControlPlaneError DOMAIN_INVALID
 */
export function parseDomain(text: string): string {
  const trimmed = text.trim().replace(/\.$/, '').toLowerCase();
  const domain = isIP(trimmed) === 0 ? toAscii(trimmed) : '';
  const labels = domain.split('.');
  const top = labels.at(-1) ?? '';
  if (labels.length < 2 || domain.length > 253 || !labels.every((label) => LABEL.test(label))) {
    throw refusal(text, 'expected a domain such as acme.example');
  }
  if (isIP(domain) !== 0 || /^\d+$/.test(top)) throw refusal(text, 'an address is no domain');
  if (SPECIAL.has(top)) throw refusal(text, `names below .${top} belong to nobody`);
  if (labels.length === 2 && top.length === 2 && REGISTRY_LABELS.has(labels[0] ?? '')) {
    throw refusal(text, 'names below it belong to many organizations');
  }
  return domain;
}

/** `domainToASCII` reads a host out of a URL: it would drop a path, which a claim or an e-mail address could carry along. */
function toAscii(text: string): string {
  return /[\s/\\?#:@%]/.test(text) ? '' : domainToASCII(text);
}

function refusal(text: string, why: string): ControlPlaneError {
  return new ControlPlaneError('DOMAIN_INVALID', `${quote(text.slice(0, 100))} cannot be claimed: ${why}`);
}

/** The domain of an e-mail address, as {@link parseDomain} writes it; undefined when there is none. */
export function domainOfEmail(email: string): string | undefined {
  const at = email.lastIndexOf('@');
  // Two @ would let one part of the program read another domain than the next.
  if (at < 1 || email.indexOf('@') !== at) return undefined;
  const domain = toAscii(
    email
      .slice(at + 1)
      .trim()
      .toLowerCase(),
  );
  return domain === '' ? undefined : domain;
}
