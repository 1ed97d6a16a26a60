/**
 * Puts the key `proxies` into dockerd's configuration (23.0 and later) and takes it out again. Leaves reading and writing
 * the file to the caller.
 */

import { quote } from '@pullgate/errors';
import type { FileEdit } from './file-edit.ts';
import { InstallError } from './install-error.ts';
import {
  type JsonObjectText,
  JsonSyntaxError,
  parseJsonMembers,
  removeMember,
  setMember,
} from './json-members.ts';
import { NO_PROXY, type ProxySettings } from './proxy-settings.ts';

const KEYS = ['http-proxy', 'https-proxy', 'no-proxy'] as const;
type Proxies = Partial<Record<(typeof KEYS)[number], string>>;

/** dockerd takes an empty file for an empty object. */
const EMPTY = '{}\n';

export interface DaemonJson {
  readonly proxies: ProxySettings;
  /** Whether containers go on while dockerd restarts. */
  readonly isLiveRestore: boolean;
}

/**
 * @param text one character per byte
 * @throws InstallError DAEMON_JSON_INVALID with the line
 */
export function parseDaemonJson(text: string | undefined, path: string): DaemonJson {
  const object = parse(text, path);
  const proxies = readProxies(object);
  return {
    proxies: {
      ...(proxies['http-proxy'] === undefined ? {} : { http: proxies['http-proxy'] }),
      ...(proxies['https-proxy'] === undefined ? {} : { https: proxies['https-proxy'] }),
      ...(proxies['no-proxy'] === undefined ? {} : { no: proxies['no-proxy'] }),
    },
    isLiveRestore: readMember(object, 'live-restore') === true,
  };
}

/** @param proxyUrl where the agent's proxy listens */
export function createDaemonJsonEdit(path: string, proxyUrl: string): FileEdit {
  const ours: Required<Proxies> = { 'http-proxy': proxyUrl, 'https-proxy': proxyUrl, 'no-proxy': NO_PROXY };
  return {
    path,
    why: 'dockerd sends every registry call through the agent',
    ours: JSON.stringify(ours),
    apply: (text) => setMember(parse(text, path), 'proxies', { ...readProxies(parse(text, path)), ...ours }),
    holds: (text, written) => isSomeOurs(readProxies(parse(text, path)), JSON.parse(written) as Proxies),
    remove: (text, written, original) =>
      removeOurs(parse(text, path), JSON.parse(written) as Proxies, readProxies(parse(original, path))),
  };
}

const isSomeOurs = (proxies: Proxies, ours: Proxies): boolean =>
  KEYS.some((key) => proxies[key] !== undefined && proxies[key] === ours[key]);

/** Only values that are still ours go; what stood there before comes back. */
function removeOurs(object: JsonObjectText, ours: Proxies, original: Proxies): string {
  const left: Proxies = { ...readProxies(object) };
  for (const key of KEYS) {
    if (left[key] !== ours[key]) continue;
    const before = original[key];
    if (before === undefined) delete left[key];
    else left[key] = before;
  }
  return Object.keys(left).length === 0
    ? removeMember(object, 'proxies')
    : setMember(object, 'proxies', left);
}

function parse(text: string | undefined, path: string): JsonObjectText {
  const body = text === undefined || /^[ \t\r\n]*$/.test(text) ? EMPTY : text;
  try {
    const object = parseJsonMembers(body);
    refuseTwice(object, path);
    return object;
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    throw toInvalid(path, body, error.offset, error.message, error);
  }
}

/** dockerd would merge two of them in a way that nobody expects. */
function refuseTwice({ text, members }: JsonObjectText, path: string): void {
  const [, second] = members.filter(({ key }) => key === 'proxies');
  if (second !== undefined)
    throw toInvalid(path, text, second.keyStart, 'the key "proxies" stands there twice');
}

function toInvalid(
  path: string,
  text: string,
  offset: number,
  message: string,
  cause?: unknown,
): InstallError {
  const line = text.slice(0, offset).split('\n').length;
  const at = text.split('\n')[line - 1]?.trim() ?? '';
  return new InstallError(
    'DAEMON_JSON_INVALID',
    `${path} is not valid, line ${line}: ${message}, at ${quote(at)}`,
    {
      hint: 'mend it, check it with dockerd --validate --config-file, then repeat the command; nothing was changed',
      cause,
    },
  );
}

function readMember(object: JsonObjectText, key: string): unknown {
  const member = object.members.find((candidate) => candidate.key === key);
  return member === undefined ? undefined : JSON.parse(object.text.slice(member.valueStart, member.valueEnd));
}

function readProxies(object: JsonObjectText): Proxies {
  const value = readMember(object, 'proxies');
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Proxies) : {};
}
