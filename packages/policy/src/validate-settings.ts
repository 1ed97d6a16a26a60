/** Validates what a policy holds besides its rules: mode, contact, limits of time, urls, addresses. */

import { quote } from '@pullgate/errors';
import { isIpLiteral, parseRegistryHost } from '@pullgate/reference';
import {
  type Check,
  compact,
  type Fields,
  optional,
  readFields,
  readLine,
  readList,
  readOneOf,
  readText,
} from './check.ts';
import { parseDuration } from './duration.ts';
import type { Mode, PolicyDocument, UrlRules } from './types.ts';
import { type EntryContext, readHostPattern, readTeam } from './validate-entry.ts';

const MODES: readonly Mode[] = ['off', 'observe', 'enforce'];

/** A session is asked for again after a week without the control plane. */
export const DEFAULT_SESSION_OFFLINE_LIMIT = 7 * 86_400;

/** Below a minute every pause of the network would expire a policy; above ten years a mistyped number is likelier. */
const OFFLINE_SECONDS = { min: 60, max: 10 * 366 * 86_400 };

/**
 * A sentence has 300 bytes and never cuts the contact; with the longest organization this leaves 79 for target and
 * reason.
 */
export const MAX_CONTACT_BYTES = 140;

/** A plain word sets the default; left out, the policy is enforced: forgetting the key must not open anything. */
export function readMode(value: unknown, check: Check): PolicyDocument['mode'] {
  if (value === undefined) return { default: 'enforce', teams: {} };
  if (typeof value === 'string') return { default: readOneOf(value, MODES, check) ?? 'enforce', teams: {} };
  const fields = readFields(value, ['default', 'teams'], check);
  const byDefault = optional(fields.default, (item) => readOneOf(item, MODES, check.at('default')));
  const teams = optional(fields.teams, (item) => readTeamModes(item, check.at('teams')));
  return { default: byDefault ?? 'enforce', teams: teams ?? {} };
}

function readTeamModes(value: unknown, check: Check): Record<string, Mode> {
  const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  const fields = readFields(value, keys, check);
  const modes = keys.map((team) => {
    readTeam(team, check.at(team));
    return [team, readOneOf(fields[team], MODES, check.at(team)) ?? 'enforce'] as const;
  });
  return Object.fromEntries(modes);
}

export function readContact(value: unknown, check: Check): PolicyDocument['contact'] {
  if (value === undefined) return {};
  const fields = readFields(value, ['message', 'url'], check);
  const message = optional(fields.message, (item) => readAscii(item, check.at('message')));
  const url = optional(fields.url, (item) => readUrl(item, check.at('url')));
  if (`${message ?? ''}: ${url ?? ''}`.length > MAX_CONTACT_BYTES) {
    check.report(
      'BAD_TEXT',
      `expected message and url of at most ${MAX_CONTACT_BYTES - 2} characters together`,
    );
  }
  return compact({ message, url });
}

/** The contact goes into HTTP reason phrases, which carry ASCII only. */
function readAscii(value: unknown, check: Check): string | undefined {
  const text = readLine(value, MAX_CONTACT_BYTES, check);
  if (text === undefined || /^[\x20-\x7e]*$/.test(text)) return text;
  check.report('BAD_TEXT', `expected ASCII, got ${quote(text)}`);
  return undefined;
}

function readUrl(value: unknown, check: Check): string | undefined {
  const text = readAscii(value, check);
  if (text === undefined) return undefined;
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol) && !text.includes(' ') && url.username === '')
    return text;
  check.report('BAD_VALUE', `expected an http or https URL, got ${quote(text)}`);
  return undefined;
}

/** `policyOfflineLimit` (also written `offlineLimit`) and `sessionOfflineLimit`, in seconds. */
export function readLimits(fields: Fields, check: Check) {
  const duration = (key: string) => optional(fields[key], (item) => readDuration(item, check.at(key)));
  if (fields.offlineLimit !== undefined && fields.policyOfflineLimit !== undefined) {
    check.at('offlineLimit').report('DUPLICATE_KEY', 'offlineLimit is another name of policyOfflineLimit');
  }
  return {
    ...compact({ policyOfflineLimit: duration('policyOfflineLimit') ?? duration('offlineLimit') }),
    sessionOfflineLimit: duration('sessionOfflineLimit') ?? DEFAULT_SESSION_OFFLINE_LIMIT,
  };
}

function readDuration(value: unknown, check: Check): number | undefined {
  const seconds = typeof value === 'number' ? value : parseDuration(typeof value === 'string' ? value : '');
  const { min, max } = OFFLINE_SECONDS;
  if (seconds !== undefined && Number.isInteger(seconds) && seconds >= min && seconds <= max) return seconds;
  check.report('BAD_DURATION', 'expected a duration like 30m, 12h or 7d, from one minute to ten years');
  return undefined;
}

export function readUrls(value: unknown, context: EntryContext, check: Check): UrlRules {
  if (value === undefined) return { default: 'deny', allow: [], deny: [] };
  const fields = readFields(value, ['default', 'allow', 'deny'], check);
  const hosts = (key: string) =>
    optional(fields[key], (item) =>
      readList(item, check.at(key), (host, at) => readHostPattern(host, { ...context, insecure: false }, at)),
    ) ?? [];
  const byDefault = optional(fields.default, (item) =>
    readOneOf(item, ['allow', 'deny'], check.at('default')),
  );
  return { default: byDefault ?? 'deny', allow: hosts('allow'), deny: hosts('deny') };
}

/** Addresses or CIDR blocks: `10.0.0.0/8`, `127.0.0.1`, `fd00::/8`. */
export function readAddresses(value: unknown, check: Check): string[] {
  if (value === undefined) return [];
  return readList(value, check, (item, at) => {
    const text = readText(item, at);
    if (text === undefined || isBlock(text)) return text;
    at.report('BAD_ADDRESS', `expected an IP address or a CIDR block, got ${quote(text)}`);
    return undefined;
  });
}

function isBlock(text: string): boolean {
  const match = /^([0-9a-fA-F:.]{2,45})(?:\/(0|[1-9][0-9]{0,2}))?$/.exec(text);
  if (match === null) return false;
  const [, address = '', prefix] = match;
  const isV6 = address.includes(':');
  if (Number(prefix ?? 0) > (isV6 ? 128 : 32)) return false;
  try {
    return isIpLiteral(parseRegistryHost(isV6 ? `[${address}]` : address));
  } catch {
    return false;
  }
}
