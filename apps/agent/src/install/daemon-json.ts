/**
 * Puts the keys `proxies` (23.0 and later) and `registry-mirrors` into dockerd's configuration and takes them out again. Leaves
 * reading and writing the file to the caller.
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

const MIRRORS = 'registry-mirrors';

/** What is ours in the file, as it is recorded. */
export interface DaemonSettings extends Proxies {
  /** URLs of mirrors of Docker Hub. */
  readonly [MIRRORS]?: readonly string[];
}

export interface DaemonJson {
  readonly proxies: ProxySettings;
  readonly mirrors: readonly string[];
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
    mirrors: readMirrors(object),
    isLiveRestore: readMember(object, 'live-restore') === true,
  };
}

/** @param proxyUrl where the agent's proxy listens */
export const toProxySettings = (proxyUrl: string): DaemonSettings => ({
  'http-proxy': proxyUrl,
  'https-proxy': proxyUrl,
  'no-proxy': NO_PROXY,
});

export function createDaemonJsonEdit(path: string, ours: DaemonSettings): FileEdit {
  return {
    path,
    why: toWhy(ours),
    ours: JSON.stringify(ours),
    apply: (text) =>
      [withProxies(ours), withMirrors(ours)].reduce((body, add) => add(parse(body, path)), text ?? EMPTY),
    holds: (text, written) => isSomeOurs(parse(text, path), JSON.parse(written) as DaemonSettings),
    remove: (text, written, original) =>
      [withoutProxies, withoutMirrors].reduce(
        (body, remove) =>
          remove(parse(body, path), JSON.parse(written) as DaemonSettings, parse(original, path)),
        text,
      ),
  };
}

function toWhy(ours: DaemonSettings): string {
  const parts = [
    ...(hasProxies(ours) ? ['dockerd sends every registry call through the agent'] : []),
    ...(ours[MIRRORS] === undefined ? [] : ['dockerd asks the mirror of Docker Hub']),
  ];
  return parts.join('; ');
}

const hasProxies = (ours: Proxies): boolean => KEYS.some((key) => ours[key] !== undefined);

const pickProxies = (ours: Proxies): Proxies =>
  Object.fromEntries(KEYS.flatMap((key) => (ours[key] === undefined ? [] : [[key, ours[key]]])));

const withProxies =
  (ours: DaemonSettings) =>
  (object: JsonObjectText): string =>
    hasProxies(ours)
      ? setMember(object, 'proxies', { ...readProxies(object), ...pickProxies(ours) })
      : object.text;

/** Mirrors that others have named are asked behind ours. */
const withMirrors =
  ({ [MIRRORS]: ours = [] }: DaemonSettings) =>
  (object: JsonObjectText): string =>
    ours.length === 0
      ? object.text
      : setMember(object, MIRRORS, [
          ...ours,
          ...readMirrors(object).filter((mirror) => !isAmong(ours, mirror)),
        ]);

/** dockerd takes a mirror with and without a slash at its end. */
const isAmong = (mirrors: readonly string[], mirror: string): boolean =>
  mirrors.some((other) => other.replace(/\/$/, '') === mirror.replace(/\/$/, ''));

function isSomeOurs(object: JsonObjectText, ours: DaemonSettings): boolean {
  const proxies = readProxies(object);
  const mirrors = readMirrors(object);
  return (
    KEYS.some((key) => proxies[key] !== undefined && proxies[key] === ours[key]) ||
    (ours[MIRRORS] ?? []).some((mirror) => mirrors.includes(mirror))
  );
}

/** Only values that are still ours go; what stood there before comes back. */
function withoutProxies(object: JsonObjectText, ours: DaemonSettings, before: JsonObjectText): string {
  if (!hasProxies(ours)) return object.text;
  const original = readProxies(before);
  const left: Proxies = { ...readProxies(object) };
  for (const key of KEYS) {
    if (left[key] !== ours[key]) continue;
    const value = original[key];
    if (value === undefined) delete left[key];
    else left[key] = value;
  }
  return Object.keys(left).length === 0
    ? removeMember(object, 'proxies')
    : setMember(object, 'proxies', left);
}

function withoutMirrors(object: JsonObjectText, ours: DaemonSettings, before: JsonObjectText): string {
  const written = ours[MIRRORS] ?? [];
  if (written.length === 0) return object.text;
  const original = readMirrors(before);
  const left = readMirrors(object).filter((mirror) => !written.includes(mirror) || original.includes(mirror));
  return left.length === 0 ? removeMember(object, MIRRORS) : setMember(object, MIRRORS, left);
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
  for (const name of ['proxies', MIRRORS]) {
    const [, second] = members.filter(({ key }) => key === name);
    if (second !== undefined)
      throw toInvalid(path, text, second.keyStart, `the key "${name}" stands there twice`);
  }
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

function readMirrors(object: JsonObjectText): readonly string[] {
  const value = readMember(object, MIRRORS);
  return Array.isArray(value) ? value.filter((mirror) => typeof mirror === 'string') : [];
}
