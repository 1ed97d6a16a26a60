/**
 * Holds what an agent is configured by: `agent.json`, which enrolment writes and root owns, and where its files are. Parsed
 * once, strictly; leaves enrolment to `enrolment/`.
 */

import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { isAbsolute, join } from 'node:path';
import { keyFingerprint, type PublicJwk } from '@pullgate/bundle';
import { quote } from '@pullgate/errors';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { AgentError, type ConfigProblem, systemCodeOf } from './agent-error.ts';
import { ENGINES_PATH } from './engines/wired-engines.ts';

/** Where an installed agent has its files (the Filesystem Hierarchy Standard's places). */
const SYSTEM_DIRECTORIES = { config: '/etc/pullgate', data: '/var/lib/pullgate-agent', run: '/run/pullgate' };

/** The port that `up` and the guides name. */
const DEFAULT_PROXY_LISTEN = '127.0.0.1:7081';

/** The local page's, beside the proxy's. */
const DEFAULT_PAGE_LISTEN = '127.0.0.1:7082';

/** Some 150,000 decisions: a day of a busy builder without its control plane. */
const DEFAULT_SPOOL_BYTES = 64 * 1024 * 1024;

export interface AgentPaths {
  readonly configFile: string;
  readonly keyFile: string;
  readonly lockFile: string;
  readonly dataDir: string;
  /** What the gateway ends TLS with: a directory per registry, written by `agent install` (docs/guides/inspection.md). */
  readonly trustDir: string;
  /** What tags led to, for the gateway. */
  readonly tagsFile: string;
  readonly runDir: string;
  readonly agentSocket: string;
  readonly adminSocket: string;
  /** Written by `agent install` for whichever agent this machine runs. */
  readonly enginesFile: string;
  /** Left by MDM or cloud-init, for a machine that nobody enrols by hand. */
  readonly enrolmentFile: string;
}

/** With `dataDir` everything lies below it (`up`, tests); without, the agent is the installed one of the machine. */
export function toAgentPaths(dataDir?: string): AgentPaths {
  const { config, data, run } =
    dataDir === undefined ? SYSTEM_DIRECTORIES : { config: dataDir, data: dataDir, run: dataDir };
  return {
    configFile: join(config, 'agent.json'),
    keyFile: join(data, 'machine-key.json'),
    lockFile: join(data, 'agent.lock'),
    dataDir: data,
    trustDir: join(data, 'trust'),
    tagsFile: join(data, 'tags.json'),
    runDir: run,
    agentSocket: join(run, 'agent.sock'),
    adminSocket: join(run, 'admin.sock'),
    enginesFile: ENGINES_PATH,
    enrolmentFile: join(config, 'enrolment.json'),
  };
}

const closed = { additionalProperties: false } as const;
const Text = Type.String({ minLength: 1, maxLength: 256 });

/** `agent.json`. */
export const AgentConfigFile = Type.Object(
  {
    version: Type.Literal(1),
    server: Type.String({ maxLength: 2048 }),
    organization: Type.Object({ id: Text, slug: Text, name: Text }, closed),
    machine: Type.Object({ id: Text, name: Text }, closed),
    recoveryKey: Type.Object(
      { kty: Type.Literal('OKP'), crv: Type.Literal('Ed25519'), x: Type.String({ maxLength: 64 }) },
      closed,
    ),
    fingerprint: Text,
    /** PEM of the authority that the server's certificate is checked by, instead of the public ones. */
    caFile: Type.Optional(Text),
    /** Plain HTTP to a server beyond loopback. */
    allowHttp: Type.Optional(Type.Boolean()),
    /** The organization's own proxy, for the agent's calls and for what its proxy point forwards. */
    upstreamProxy: Type.Optional(
      Type.Object(
        {
          url: Type.String({ maxLength: 2048 }),
          noProxy: Type.Optional(Type.Array(Text, { maxItems: 256 })),
        },
        closed,
      ),
    ),
    proxy: Type.Optional(Type.Object({ listen: Text }, closed)),
    spoolMaxBytes: Type.Optional(Type.Integer({ minimum: 65_536 })),
    /** Root directory of the files that enforce sign-in, for namespaces and images. */
    signInRoot: Type.Optional(Text),
    localPage: Type.Optional(Type.Object({ listen: Text }, closed)),
  },
  closed,
);
export type AgentConfigFile = Static<typeof AgentConfigFile>;

export interface AgentConfig {
  readonly paths: AgentPaths;
  /** Origin of the control plane, without a trailing slash. */
  readonly server: string;
  readonly organization: { readonly id: string; readonly slug: string; readonly name: string };
  readonly machine: { readonly id: string; readonly name: string };
  readonly recoveryKey: PublicJwk;
  readonly fingerprint: string;
  readonly caFile?: string;
  readonly upstreamProxy?: UpstreamProxy;
  /** `HOST:PORT` that the proxy point listens on; port 0 takes any free one. */
  readonly proxyListen: string;
  readonly spoolMaxBytes: number;
  /** Root directory of the files that enforce sign-in; `/` unless told. */
  readonly signInRoot: string;
  /** `HOST:PORT` on loopback, or `off`. */
  readonly localPageListen: string;
}

export interface UpstreamProxy {
  /** May hold credentials: never logged. */
  readonly url: string;
  readonly noProxy: readonly string[];
}

export interface ConfigOverrides {
  /** `HOST:PORT`; wins over the file. */
  readonly proxyListen?: string;
}

/** @throws AgentError `CONFIG_MISSING`, `CONFIG_INVALID`. */
export async function loadAgentConfig(
  paths: AgentPaths,
  overrides: ConfigOverrides = {},
): Promise<AgentConfig> {
  let text: string;
  try {
    text = await readFile(paths.configFile, 'utf8');
  } catch (error) {
    const missing = systemCodeOf(error) === 'ENOENT';
    const message = missing ? `no ${paths.configFile}` : `cannot read ${paths.configFile}`;
    throw new AgentError(missing ? 'CONFIG_MISSING' : 'CONFIG_INVALID', message, { cause: error });
  }
  return await parseAgentConfig(text, paths, overrides);
}

/** Parses the text of `agent.json`. @throws AgentError `CONFIG_INVALID` with every problem and its path. */
export async function parseAgentConfig(
  text: string,
  paths: AgentPaths,
  overrides: ConfigOverrides = {},
): Promise<AgentConfig> {
  const file = parseFile(text, paths.configFile);
  const problems: ConfigProblem[] = [];
  const server = collect(problems, '/server', () => parseServer(file.server, file.allowHttp === true));
  const listenText = overrides.proxyListen ?? file.proxy?.listen ?? DEFAULT_PROXY_LISTEN;
  const listen = collect(problems, '/proxy/listen', () => parseListen(listenText));
  const page = collect(problems, '/localPage/listen', () =>
    parsePageListen(file.localPage?.listen ?? DEFAULT_PAGE_LISTEN),
  );
  if (file.signInRoot !== undefined && !isAbsolute(file.signInRoot))
    problems.push({ path: '/signInRoot', message: 'expected an absolute path' });
  if (file.upstreamProxy !== undefined) checkProxyUrl(file.upstreamProxy.url, problems);
  await checkFingerprint(file, problems);
  if (problems.length > 0 || server === undefined || listen === undefined || page === undefined)
    throw invalid(paths.configFile, problems);
  return {
    paths,
    server,
    organization: file.organization,
    machine: file.machine,
    recoveryKey: file.recoveryKey,
    fingerprint: file.fingerprint,
    ...(file.caFile === undefined ? {} : { caFile: file.caFile }),
    ...(file.upstreamProxy === undefined
      ? {}
      : { upstreamProxy: { url: file.upstreamProxy.url, noProxy: file.upstreamProxy.noProxy ?? [] } }),
    proxyListen: listen,
    spoolMaxBytes: file.spoolMaxBytes ?? DEFAULT_SPOOL_BYTES,
    signInRoot: file.signInRoot ?? '/',
    localPageListen: page,
  };
}

function parseFile(text: string, path: string): AgentConfigFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid(path, [{ path: '', message: 'expected JSON' }]);
  }
  if (Value.Check(AgentConfigFile, value)) return value;
  const problems = Value.Errors(AgentConfigFile, value).map((error) => ({
    path: error.instancePath,
    message: describeSchemaError(error),
  }));
  throw invalid(path, problems);
}

function describeSchemaError(error: { readonly message: string; readonly params: object }): string {
  const names = (error.params as { additionalProperties?: unknown }).additionalProperties;
  return Array.isArray(names)
    ? `unknown key ${names.map((name) => quote(String(name))).join(', ')}`
    : error.message;
}

function collect<T>(problems: ConfigProblem[], path: string, parse: () => T): T | undefined {
  try {
    return parse();
  } catch (error) {
    problems.push({ path, message: error instanceof Error ? error.message : 'is invalid' });
    return undefined;
  }
}

/**
 * Reads the URL of a control plane as its origin.
 *
 * @throws AgentError `CONFIG_INVALID`, or `SERVER_INSECURE` for plain HTTP beyond loopback: a stranger on the network would
 * read what machines do, and could keep new policies from them.
 */
export function parseServer(text: string, allowHttp: boolean): string {
  const url = URL.parse(text);
  if (
    url === null ||
    !['http:', 'https:'].includes(url.protocol) ||
    url.pathname !== '/' ||
    url.search !== ''
  )
    throw new AgentError(
      'CONFIG_INVALID',
      `expected a server URL like https://pullgate.example, got ${quote(text)}`,
    );
  if (url.username !== '' || url.password !== '')
    throw new AgentError('CONFIG_INVALID', 'expected a server URL without credentials');
  if (url.protocol === 'http:' && !allowHttp && !isLoopback(url.hostname))
    throw new AgentError('SERVER_INSECURE', `expected https for ${quote(url.host)}`);
  return url.origin;
}

function isLoopback(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '');
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** `HOST:PORT`, with IPv6 in brackets. @throws AgentError `CONFIG_INVALID`. */
function parseListen(text: string): string {
  const match = /^(?:\[[0-9A-Fa-f:.]+\]|[^:[\]\s]+):(\d{1,5})$/.exec(text);
  if (match === null || Number(match[1]) > 65_535)
    throw new AgentError('CONFIG_INVALID', `expected HOST:PORT, got ${quote(text)}`);
  return text;
}

/** The page tells about this machine, so that only this machine is answered. */
function parsePageListen(text: string): string {
  if (text === 'off') return text;
  const listen = parseListen(text);
  if (isLoopback(new URL(`http://${listen}`).hostname)) return listen;
  throw new AgentError('CONFIG_INVALID', `expected a loopback address with port, or off, got ${quote(text)}`);
}

function checkProxyUrl(text: string, problems: ConfigProblem[]): void {
  const url = URL.parse(text);
  // The URL may hold a password, so it is not quoted.
  if (url === null || url.protocol !== 'http:' || url.pathname !== '/')
    problems.push({ path: '/upstreamProxy/url', message: 'expected http://[user:password@]host[:port]' });
}

/** Stops a half-edited file: whoever compares the fingerprint by eye must be comparing the key that is used. */
async function checkFingerprint(file: AgentConfigFile, problems: ConfigProblem[]): Promise<void> {
  try {
    if ((await keyFingerprint(file.recoveryKey)) !== file.fingerprint)
      problems.push({ path: '/fingerprint', message: 'expected the fingerprint of recoveryKey' });
  } catch {
    problems.push({ path: '/recoveryKey', message: 'expected an Ed25519 public key' });
  }
}

function invalid(file: string, problems: readonly ConfigProblem[]): AgentError {
  const lines = problems.map(({ path, message }) => `${path === '' ? '/' : path}: ${message}`);
  return new AgentError('CONFIG_INVALID', `${file} is not a valid configuration: ${lines.join('; ')}`, {
    problems,
  });
}
