/** `allowedOrgs` out of property lists: a list in a file of its own, one `;`-separated string in a configuration profile. */

import { quote } from '@pullgate/errors';
import { SignInFileError, type SignInFileErrorCode } from './error.ts';
import { FIELD, parseOrganizations } from './organizations.ts';
import { isDictionary, type PlistDictionary, type PlistValue, parsePlist } from './plist-xml.ts';

const LIST = '<key>allowedOrgs</key><array><string>acme</string><string>beta</string></array>';
const STRING = '<key>allowedOrgs</key><string>acme;beta</string>';

/** What the incumbent reads from the same payload, and what every payload has. */
const OTHER_PROFILE_KEYS = /^(overrideProxy(HTTP|HTTPS|Exclude|PAC|EmbeddedPAC)|Payload[A-Za-z]+)$/;

/** Types of the payloads that a profile may hold for this. */
export const PAYLOAD_TYPES = { pullgate: 'io.pullgate.config', docker: 'com.docker.config' } as const;

/** `desktop.plist`: this one field, a list. @throws SignInFileError */
export function parseDesktopPlist(bytes: Uint8Array, place: string): readonly string[] {
  const fail = toFail(place, LIST);
  const value = parsePlist(bytes, place);
  refuseUnknownKeys(value, (key) => key === FIELD, fail);
  if (!Object.hasOwn(value, FIELD)) throw fail('SIGN_IN_FIELD_MISSING', `expected the field ${FIELD}`);
  return parseOrganizations(toNames(value[FIELD], fail), { place, example: LIST });
}

/** The managed preferences that a profile becomes. Undefined: the profile is about something else. @throws SignInFileError */
export function parseProfilePayload(bytes: Uint8Array, place: string): readonly string[] | undefined {
  return readPayload(parsePlist(bytes, place), place);
}

/** A whole `.mobileconfig`, for checking one before it is deployed. @throws SignInFileError */
export function parseMobileconfig(bytes: Uint8Array, place: string): readonly string[] {
  const fail = toFail(place, STRING);
  const payloads = parsePlist(bytes, place).PayloadContent;
  const types: readonly PlistValue[] = Object.values(PAYLOAD_TYPES);
  const ours = (Array.isArray(payloads) ? (payloads as readonly PlistValue[]) : [])
    .filter(isDictionary)
    .find((payload) => types.includes(payload.PayloadType ?? ''));
  const organizations = ours === undefined ? undefined : readPayload(ours, place);
  if (organizations !== undefined) return organizations;
  throw fail('SIGN_IN_FIELD_MISSING', `expected a payload ${types.join(' or ')} with ${FIELD}`);
}

function readPayload(payload: PlistDictionary, place: string): readonly string[] | undefined {
  const fail = toFail(place, STRING);
  refuseUnknownKeys(payload, (key) => key === FIELD || OTHER_PROFILE_KEYS.test(key), fail);
  const value = payload[FIELD];
  if (value === undefined) return undefined;
  if (typeof value !== 'string')
    throw fail(
      'SIGN_IN_FIELD_TYPE',
      `${FIELD} is ${nameType(value)}, expected one string with ; between organizations`,
    );
  const names = value === '' ? [] : value.split(';');
  return parseOrganizations(names, { place, example: STRING });
}

type Fail = (code: SignInFileErrorCode, message: string) => SignInFileError;

const toFail =
  (place: string, example: string): Fail =>
  (code, message) =>
    new SignInFileError(code, place, message, `write ${example}`);

function refuseUnknownKeys(value: PlistDictionary, isKnown: (key: string) => boolean, fail: Fail): void {
  const unknown = Object.keys(value).find((key) => !isKnown(key));
  if (unknown !== undefined)
    throw fail('SIGN_IN_FIELD_UNKNOWN', `unknown field ${quote(unknown)}, expected ${FIELD}`);
}

function toNames(value: PlistValue | undefined, fail: Fail): readonly string[] {
  if (!Array.isArray(value))
    throw fail('SIGN_IN_FIELD_TYPE', `${FIELD} is ${nameType(value)}, expected an <array> of strings`);
  return (value as readonly PlistValue[]).map((item, index) => {
    if (typeof item === 'string') return item;
    throw fail('SIGN_IN_FIELD_TYPE', `${FIELD}[${index}] is ${nameType(item)}, expected a <string>`);
  });
}

function nameType(value: PlistValue | undefined): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return `the string ${quote(value)}`;
  return typeof value === 'object' ? 'a dictionary' : `a ${typeof value}`;
}
