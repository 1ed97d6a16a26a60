/**
 * The value `allowedOrgs` out of what `reg query KEY` prints:
 *
 *     HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Pullgate
 *         allowedOrgs    REG_MULTI_SZ    acme\0beta
 *
 * Names of values are the same in upper and lower case (Windows).
 */

import { quote } from '@pullgate/errors';
import { SignInFileError, type SignInFileErrorCode } from './error.ts';
import { FIELD, parseOrganizations } from './organizations.ts';
import { decodeText } from './text.ts';

const EXAMPLE = 'allowedOrgs as REG_MULTI_SZ, one organization per line';
const VALUE = /^ {4}(.+?) {4}(REG_[A-Z_]+)(?: {4}(.*))?$/;

/** Undefined: the key says nothing about sign-in. @throws SignInFileError */
export function parseRegistryQuery(bytes: Uint8Array, place: string): readonly string[] | undefined {
  const fail = (code: SignInFileErrorCode, message: string): SignInFileError =>
    new SignInFileError(code, place, message, `write ${EXAMPLE}`);
  const values = decodeText(bytes, place)
    .split(/\r?\n/)
    .flatMap((line) => {
      const [, name = '', type = '', data = ''] = VALUE.exec(line) ?? [];
      return name === '' ? [] : [{ name, type, data }];
    });
  const isOurs = (name: string): boolean => name.toLowerCase() === FIELD.toLowerCase();
  const misspelt = values.find(({ name }) => !isOurs(name) && /^allow(ed)?[ _-]?org/i.test(name));
  if (misspelt !== undefined)
    throw fail('SIGN_IN_FIELD_UNKNOWN', `unknown value ${quote(misspelt.name)}, expected ${FIELD}`);
  const value = values.find(({ name }) => isOurs(name));
  if (value === undefined) return undefined;
  if (value.type !== 'REG_MULTI_SZ')
    throw fail('SIGN_IN_FIELD_TYPE', `${FIELD} is ${value.type}, expected REG_MULTI_SZ`);
  const names = value.data === '' ? [] : value.data.replace(/(\\0)+$/, '').split('\\0');
  return parseOrganizations(names, { place, example: EXAMPLE });
}
