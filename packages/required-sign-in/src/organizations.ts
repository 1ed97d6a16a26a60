/** Reads names of organizations out of a mechanism, strictly: a name that is silently mended is a name that nobody has. */

import { quote } from '@pullgate/errors';
import { SignInFileError, type SignInFileErrorCode } from './error.ts';

/** The one field that every mechanism has. */
export const FIELD = 'allowedOrgs';

/** As many as a machine reports to its control plane. */
const MAX_ORGANIZATIONS = 100;

/** The grammar of an organization's slug. */
const SLUG = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

export const isOrganizationSlug = (text: string): boolean => SLUG.test(text);

/** How this mechanism writes its list, for the way out. */
export interface Notation {
  readonly place: string;
  /** `["acme", "beta"]` in this mechanism's own form. */
  readonly example: string;
}

/** @throws SignInFileError */
export function parseOrganizations(names: readonly string[], notation: Notation): readonly string[] {
  if (names.length === 0) {
    throw fail('SIGN_IN_FIELD_MISSING', notation, `${FIELD} is empty, expected at least one organization`);
  }
  if (names.length > MAX_ORGANIZATIONS) {
    throw fail(
      'SIGN_IN_ORGANIZATION_INVALID',
      notation,
      `${FIELD} has ${names.length} organizations, expected at most ${MAX_ORGANIZATIONS}`,
    );
  }
  names.forEach((name, index) => {
    checkName(name, index, notation);
    if (names.indexOf(name) !== index)
      throw fail(
        'SIGN_IN_ORGANIZATION_INVALID',
        notation,
        `${FIELD}[${index}] is ${quote(name)}, which is there already`,
      );
  });
  return [...names];
}

function checkName(name: string, index: number, notation: Notation): void {
  if (isOrganizationSlug(name)) return;
  const why = describe(name);
  throw fail('SIGN_IN_ORGANIZATION_INVALID', notation, `${FIELD}[${index}] is ${quote(name)}, ${why}`);
}

function describe(name: string): string {
  if (name === '') return 'expected the name of an organization';
  const parts = name.split(/[;,\s]+/).filter((part) => part !== '');
  if (parts.length > 1) return 'expected one organization, and another entry for each further one';
  if (name !== name.trim()) return `expected it without blanks: ${quote(name.trim())}`;
  if (isOrganizationSlug(name.toLowerCase())) return `expected lower case: ${quote(name.toLowerCase())}`;
  return 'expected lower-case letters, digits and inner hyphens, at most 63';
}

function fail(code: SignInFileErrorCode, { place, example }: Notation, message: string): SignInFileError {
  return new SignInFileError(code, place, message, `write ${example}`);
}
