/** `registry.json` (RFC 8259): `{"allowedOrgs":["acme"]}`, this one field, each name once. Nothing else is taken. */

import { quote } from '@pullgate/errors';
import { SignInFileError, type SignInFileErrorCode } from './error.ts';
import { findRepeatedKey } from './json-keys.ts';
import { FIELD, parseOrganizations } from './organizations.ts';
import { decodeText } from './text.ts';

const EXAMPLE = '{"allowedOrgs":["acme","beta"]}';

/** @throws SignInFileError */
export function parseRegistryJson(bytes: Uint8Array, place: string): readonly string[] {
  const fail = (code: SignInFileErrorCode, message: string): SignInFileError =>
    new SignInFileError(code, place, message, `write ${EXAMPLE}`);
  const text = decodeText(bytes, place);
  const value = parseObject(text, fail);
  const repeated = findRepeatedKey(text);
  if (repeated !== undefined) throw fail('SIGN_IN_FIELD_TWICE', `${quote(repeated)} stands there twice`);
  const unknown = Object.keys(value).find((key) => key !== FIELD);
  if (unknown !== undefined)
    throw fail('SIGN_IN_FIELD_UNKNOWN', `unknown field ${quote(unknown)}, expected ${FIELD} alone`);
  if (!Object.hasOwn(value, FIELD)) throw fail('SIGN_IN_FIELD_MISSING', `expected the field ${FIELD}`);
  return parseOrganizations(toStrings(value[FIELD], fail), { place, example: EXAMPLE });
}

type Fail = (code: SignInFileErrorCode, message: string) => SignInFileError;

function parseObject(text: string, fail: Fail): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw fail(
      'SIGN_IN_FILE_MALFORMED',
      text.trim() === '' ? 'expected JSON, the file is empty' : 'expected JSON',
    );
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Readonly<Record<string, unknown>>;
  throw fail('SIGN_IN_FIELD_TYPE', `expected an object, got ${nameType(value)}`);
}

function toStrings(value: unknown, fail: Fail): readonly string[] {
  if (!Array.isArray(value))
    throw fail('SIGN_IN_FIELD_TYPE', `${FIELD} is ${nameType(value)}, expected a list of strings`);
  const index = value.findIndex((item) => typeof item !== 'string');
  if (index !== -1)
    throw fail('SIGN_IN_FIELD_TYPE', `${FIELD}[${index}] is ${nameType(value[index])}, expected a string`);
  return value as readonly string[];
}

function nameType(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return `the string ${quote(value)}`;
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
