/** Parses the configuration of the control plane, all problems at once. Leaves reading flags and files to the caller. */

import { isIP } from 'node:net';
import { quote } from '@pullgate/errors';
import { ControlPlaneError, type Trouble } from './errors.ts';

export interface ControlPlaneConfig {
  /** Directory of the database, the secret and the keys; made with mode 0700 when absent. */
  readonly dataDir: string;
  readonly listen: { readonly host: string; readonly port: number };
  /** Origin that people and machines use, without a trailing slash; absent: made from `listen`. */
  readonly publicUrl?: string;
  readonly tls?: { readonly certFile: string; readonly keyFile: string };
  /** Addresses (or CIDR blocks) of reverse proxies whose X-Forwarded-For is believed. */
  readonly trustProxy: readonly string[];
  readonly logLevel: LogLevel;
  /** Decisions are deleted this many days after they came. */
  readonly decisionRetentionDays: number;
  /** Asked for the TXT records of claimed domains; absent: those of the system. */
  readonly dnsServers?: readonly string[];
  /** Absent: mail is written into the outbox of the data directory. */
  readonly mail?: {
    readonly smtpUrl: string;
    readonly from: string;
    /** Its first line is the password for SMTP, which would stand in the list of processes otherwise. */
    readonly passwordFile?: string;
  };
}

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const KEYS = [
  'dataDir',
  'listen',
  'publicUrl',
  'tlsCert',
  'tlsKey',
  'trustProxy',
  'logLevel',
  'decisionRetentionDays',
  'dnsServers',
  'smtpUrl',
  'smtpPasswordFile',
  'mailFrom',
];
/** Semantics: 90 days, enough for a quarterly review. */
const DEFAULT_RETENTION_DAYS = 90;

/** Host names that reach this machine only. */
export function isLoopbackHost(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[|\]$/g, '');
  return name === 'localhost' || name === '::1' || (isIP(name) === 4 && name.startsWith('127.'));
}

/**
 * Parses `{ dataDir, listen?, publicUrl?, tlsCert?, tlsKey?, trustProxy?, logLevel?, decisionRetentionDays? }`,
 * strings all but `decisionRetentionDays` and `trustProxy` (`true` for proxies on this machine, or a list of addresses). `listen` is `HOST:PORT`, by default `127.0.0.1:7080`.
 * @throws ControlPlaneError CONFIG_INVALID with every problem.
 */
export function parseControlPlaneConfig(input: Readonly<Record<string, unknown>>): ControlPlaneConfig {
  const problems: Trouble[] = [];
  const refuse = (path: string, message: string) => {
    problems.push({ code: 'CONFIG_INVALID', path: `/${path}`, message });
  };
  for (const key of Object.keys(input)) if (!KEYS.includes(key)) refuse(key, `is not a setting`);
  const text = (key: string) => parseText(input[key], (message) => refuse(key, message));
  const dataDir = text('dataDir') ?? '';
  if (input.dataDir === undefined) refuse('dataDir', 'is required');
  const listen = parseListen(text('listen') ?? '127.0.0.1:7080', (message) => refuse('listen', message));
  const publicUrl = parsePublicUrl(text('publicUrl'), (message) => refuse('publicUrl', message));
  const tls = parseTls(text('tlsCert'), text('tlsKey'), (message) => refuse('tlsCert', message));
  const trustProxy = parseTrustProxy(input.trustProxy, (message) => refuse('trustProxy', message));
  const logLevel = parseLogLevel(text('logLevel') ?? 'info', (message) => refuse('logLevel', message));
  const decisionRetentionDays = parseDays(input.decisionRetentionDays, (message) =>
    refuse('decisionRetentionDays', message),
  );
  const dnsServers = parseDnsServers(input.dnsServers, (message) => refuse('dnsServers', message));
  const mail = parseMail(text('smtpUrl'), text('mailFrom'), text('smtpPasswordFile'), refuse);
  const config: ControlPlaneConfig = {
    dataDir,
    listen,
    ...(publicUrl === undefined ? {} : { publicUrl }),
    ...(tls === undefined ? {} : { tls }),
    trustProxy,
    logLevel,
    decisionRetentionDays,
    ...(dnsServers === undefined ? {} : { dnsServers }),
    ...(mail === undefined ? {} : { mail }),
  };
  refusePlainHttp(config, refuse);
  if (problems.length === 0) return config;
  const list = problems.map((problem) => `${problem.path.slice(1)} ${problem.message}`).join('; ');
  throw new ControlPlaneError('CONFIG_INVALID', `expected a valid configuration: ${list}`, {
    hint: 'settings are the flags of pullgate server (tlsCert is --tls-cert); see: pullgate server --help',
    problems,
  });
}

type Refuse = (message: string) => void;

function parseText(value: unknown, refuse: Refuse): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string' && value !== '') return value;
  refuse('must be text that is not empty');
  return undefined;
}

/** `HOST:PORT`, `[IPv6]:PORT`, or `:PORT` for every address. */
function parseListen(text: string, refuse: Refuse): { host: string; port: number } {
  const match = /^(\[[0-9a-fA-F:.]+\]|[^:[\]/\s]*):(\d{1,5})$/.exec(text);
  const port = Number(match?.[2]);
  if (match === null || port > 65535) {
    refuse(`must be HOST:PORT, not ${quote(text)}`);
    return { host: '127.0.0.1', port: 0 };
  }
  return { host: match[1] === '' ? '::' : (match[1] ?? '').replace(/^\[|\]$/g, ''), port };
}

function parsePublicUrl(text: string | undefined, refuse: Refuse): string | undefined {
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    refuse(`must be a URL with http or https, not ${quote(text)}`);
    return undefined;
  }
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '' || url.username !== '') {
    refuse(`must be an origin without a path, not ${quote(text)}`);
  }
  return url.origin;
}

function parseTls(
  cert: string | undefined,
  key: string | undefined,
  refuse: Refuse,
): ControlPlaneConfig['tls'] {
  if ((cert === undefined) !== (key === undefined)) refuse('and tlsKey belong together');
  return cert === undefined || key === undefined ? undefined : { certFile: cert, keyFile: key };
}

function parseTrustProxy(value: unknown, refuse: Refuse): readonly string[] {
  if (value === undefined || value === false) return [];
  if (value === true) return ['127.0.0.0/8', '::1'];
  const list = Array.isArray(value) ? value : [value];
  const bad = list.find((item) => typeof item !== 'string' || isIP(item.replace(/\/\d{1,3}$/, '')) === 0);
  if (bad === undefined) return list as string[];
  refuse(`must be addresses or CIDR blocks, not ${quote(String(bad))}`);
  return [];
}

function parseLogLevel(text: string, refuse: Refuse): LogLevel {
  const level = LOG_LEVELS.find((known) => known === text);
  if (level === undefined) refuse(`must be one of ${LOG_LEVELS.join(', ')}, not ${quote(text)}`);
  return level ?? 'info';
}

/** The address never stands in a message: it may hold a password. */
function parseMail(
  smtpUrl: string | undefined,
  from: string | undefined,
  passwordFile: string | undefined,
  refuse: (path: string, message: string) => void,
): ControlPlaneConfig['mail'] {
  if (smtpUrl === undefined) {
    if (from !== undefined) refuse('mailFrom', 'needs smtpUrl');
    if (passwordFile !== undefined) refuse('smtpPasswordFile', 'needs smtpUrl');
    return undefined;
  }
  const url = URL.canParse(smtpUrl) ? new URL(smtpUrl) : undefined;
  if (url === undefined || !['smtp:', 'smtps:'].includes(url.protocol) || url.hostname === '') {
    refuse('smtpUrl', 'must be smtp://HOST:PORT or smtps://HOST:PORT');
  }
  if (from === undefined) refuse('mailFrom', 'is required with smtpUrl');
  return { smtpUrl, from: from ?? '', ...(passwordFile === undefined ? {} : { passwordFile }) };
}

/** `ADDRESS`, `IPv4:PORT` or `[IPv6]:PORT`, several of them in a list. */
function parseDnsServers(value: unknown, refuse: Refuse): readonly string[] | undefined {
  if (value === undefined) return undefined;
  const list: unknown[] = Array.isArray(value) ? value : [value];
  const address = (text: string) => text.replace(/^\[(.+)\](?::\d{1,5})?$|^([\d.]+):\d{1,5}$/, '$1$2');
  const bad = list.find((item) => typeof item !== 'string' || isIP(address(item)) === 0);
  if (bad === undefined) return list as string[];
  refuse(`must be addresses of DNS servers, not ${quote(String(bad))}`);
  return undefined;
}

function parseDays(value: unknown, refuse: Refuse): number {
  if (value === undefined) return DEFAULT_RETENTION_DAYS;
  if (Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 3650) return Number(value);
  refuse('must be a whole number from 1 to 3650');
  return DEFAULT_RETENTION_DAYS;
}

/** A stranger on the network reads passwords and tokens that travel in the clear. */
function refusePlainHttp(config: ControlPlaneConfig, refuse: (path: string, message: string) => void): void {
  const secured = config.tls !== undefined || config.trustProxy.length > 0;
  if (!secured && !isLoopbackHost(config.listen.host)) {
    refuse(
      'listen',
      'beyond this machine needs tlsCert and tlsKey, or trustProxy: plain HTTP is not served there',
    );
  }
  if (config.publicUrl === undefined) {
    if (!isLoopbackHost(config.listen.host)) refuse('publicUrl', 'is required beyond this machine');
    return;
  }
  const url = new URL(config.publicUrl);
  if (isLoopbackHost(url.hostname)) return;
  if (url.protocol === 'http:') refuse('publicUrl', 'beyond this machine must be https');
  if (!secured) refuse('publicUrl', 'beyond this machine needs tlsCert and tlsKey, or trustProxy');
}
