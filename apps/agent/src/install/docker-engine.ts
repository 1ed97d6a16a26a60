/** Finds Docker Engine and how it is configured. Reads only. */

import { quote } from '@pullgate/errors';
import { parseDaemonJson } from './daemon-json.ts';
import {
  parseEnvironmentFile,
  parseUnitEnvironment,
  toProxySettings,
  unitValues,
} from './environment-block.ts';
import type { Host } from './host.ts';
import { InstallError } from './install-error.ts';
import type { ProxySettings } from './proxy-settings.ts';

export interface DockerEngine {
  readonly version: string;
  /** From 23.0 on dockerd reads `proxies` from its configuration file; 20.10 does not start with that key. */
  readonly readsProxies: boolean;
  readonly hasSystemd: boolean;
  readonly config: DaemonConfig;
  /** Environment files that are read when dockerd starts and name a proxy. */
  readonly proxyEnvironmentFiles: readonly string[];
  /** SSL_CERT_DIR that dockerd has now without us, and the environment files that set it. */
  readonly certificateDirectories?: string;
  readonly certificateEnvironmentFiles: readonly string[];
  /** Proxy that dockerd has now, by its configuration or its environment. */
  readonly proxies: ProxySettings;
  readonly isLiveRestore: boolean;
  /** Names of containers that run now; empty when dockerd does not answer. */
  readonly runningContainers: readonly string[];
}

/** What is to be known of dockerd's configuration file without asking dockerd. */
export interface DaemonConfig {
  readonly path: string;
  /** dockerd takes mirrors from a flag or from the file, and refuses to start with both. */
  readonly hasMirrorFlag: boolean;
}

export const DEFAULT_CONFIG_PATH = '/etc/docker/daemon.json';
/** Sourced by the init script, and an EnvironmentFile of Debian's unit. */
export const DEFAULTS_PATH = '/etc/default/docker';

/** Where systemd looks for units, the strongest last. */
const UNIT_DIRECTORIES = [
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
  '/run/systemd/system',
  '/etc/systemd/system',
];

/** @throws InstallError ENGINE_MISSING, ENGINE_VERSION_UNKNOWN, DAEMON_JSON_INVALID, PROXY_FLAG_SET */
export function detectDockerEngine(host: Host, givenVersion: string | undefined): DockerEngine {
  const version = givenVersion ?? askVersion(host);
  const [major] = parseVersion(version);
  const hasSystemd = isUnderSystemd(host);
  const units = hasSystemd ? loadUnits(host) : [];
  const commandLines = toCommandLines(host, units);
  refuseProxyFlags(commandLines);
  const config = toDaemonConfig(commandLines);
  const found = parseDaemonJson(host.load(config.path), config.path);
  const environmentFiles = findEnvironmentFiles(host, units);
  const variables = new Map([
    ...units.flatMap((unit) => [...parseUnitEnvironment(unit)]),
    ...environmentFiles.flatMap((path) => [...parseEnvironmentFile(host.load(path) ?? '')]),
  ]);
  const filesThatSet = (pattern: RegExp): readonly string[] =>
    environmentFiles.filter((path) =>
      [...parseEnvironmentFile(host.load(path) ?? '').keys()].some((name) => pattern.test(name)),
    );
  const certificateDirectories = variables.get('SSL_CERT_DIR');
  return {
    version,
    readsProxies: major >= 23,
    hasSystemd,
    config,
    proxyEnvironmentFiles: filesThatSet(/_proxy$/i),
    certificateEnvironmentFiles: filesThatSet(/^SSL_CERT_DIR$/),
    ...(certificateDirectories === undefined ? {} : { certificateDirectories }),
    proxies: { ...toProxySettings(variables), ...found.proxies },
    isLiveRestore: found.isLiveRestore,
    runningContainers: host.root === '/' ? askContainers(host) : [],
  };
}

const isUnderSystemd = (host: Host): boolean =>
  host.exists('/run/systemd/system') || (host.root !== '/' && host.exists('/etc/systemd/system'));

const toCommandLines = (host: Host, units: readonly string[]): readonly string[] => [
  ...units.flatMap((unit) => unitValues(unit, 'ExecStart')),
  ...defaultOptions(host),
];

const toDaemonConfig = (commandLines: readonly string[]): DaemonConfig => ({
  path: findConfigPath(commandLines),
  hasMirrorFlag: commandLines.some((line) => /--registry-mirror\b/.test(line)),
});

/** Where dockerd is configured, for those who change nothing of how it starts; undefined where there is none. */
export function findDaemonConfig(host: Host): (DaemonConfig & { readonly hasSystemd: boolean }) | undefined {
  const isThere = DAEMON_PATHS.some((path) => host.exists(path));
  if (!isThere) return undefined;
  const hasSystemd = isUnderSystemd(host);
  return { ...toDaemonConfig(toCommandLines(host, hasSystemd ? loadUnits(host) : [])), hasSystemd };
}

const DAEMON_PATHS = ['/usr/bin', '/usr/sbin', '/usr/local/bin', '/usr/local/sbin'].map(
  (directory) => `${directory}/dockerd`,
);

function askVersion(host: Host): string {
  const command = ['dockerd', '--version'];
  const { status, stdout } = host.run(host.root === '/' ? command : ['chroot', host.root, ...command]);
  if (status !== 0) {
    throw new InstallError('ENGINE_MISSING', 'no Docker Engine was found: dockerd --version does not run', {
      hint: 'install Docker first, or say which version it is: --docker-version 26.1',
    });
  }
  return stdout;
}

/** `Docker version 20.10.24+dfsg1, build 5d6db84` or `26.1` */
export function parseVersion(text: string): readonly [major: number, minor: number] {
  const [, major, minor] = /(?:^|version )v?([0-9]{1,3})\.([0-9]{1,3})/.exec(text.trim()) ?? [];
  if (major === undefined || minor === undefined) {
    throw new InstallError(
      'ENGINE_VERSION_UNKNOWN',
      `expected a version of dockerd, got ${quote(text.trim())}`,
      {
        hint: 'say which it is: --docker-version 26.1',
      },
    );
  }
  return [Number(major), Number(minor)];
}

function loadUnits(host: Host): readonly string[] {
  const unit = UNIT_DIRECTORIES.map((directory) => host.load(`${directory}/docker.service`)).findLast(
    (text) => text !== undefined,
  );
  const dropIns = new Map<string, string>();
  for (const directory of UNIT_DIRECTORIES.map((path) => `${path}/docker.service.d`)) {
    for (const name of host
      .list(directory)
      .filter((file) => file.endsWith('.conf') && file !== DROP_IN_NAME)) {
      dropIns.set(name, host.load(`${directory}/${name}`) ?? '');
    }
  }
  const inOrder = [...dropIns].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text);
  return [...(unit === undefined ? [] : [unit]), ...inOrder];
}

/**
 * Drop-ins apply in the order of their names and the last one wins: Docker's own guide calls a proxy drop-in
 * `http-proxy.conf`, so ours must come behind it.
 */
export const DROP_IN_NAME = 'zz-pullgate.conf';
export const DROP_IN_PATH = `/etc/systemd/system/docker.service.d/${DROP_IN_NAME}`;

/** systemd lets an EnvironmentFile win over `Environment=`. */
function findEnvironmentFiles(host: Host, units: readonly string[]): readonly string[] {
  const named = units
    .flatMap((unit) => unitValues(unit, 'EnvironmentFile'))
    .map((value) => value.replace(/^-/, ''));
  const paths = units.length === 0 ? [DEFAULTS_PATH] : named;
  return paths.filter((path) => path.startsWith('/') && host.exists(path));
}

function defaultOptions(host: Host): readonly string[] {
  const options = parseEnvironmentFile(host.load(DEFAULTS_PATH) ?? '').get('DOCKER_OPTS');
  return options === undefined ? [] : [options];
}

/** dockerd refuses to start when a flag and its configuration file say the same thing. */
function refuseProxyFlags(commandLines: readonly string[]): void {
  const flag = commandLines
    .map((line) => /--(?:https?|no)-proxy\b/.exec(line)?.[0])
    .find((found) => found !== undefined);
  if (flag === undefined) return;
  throw new InstallError(
    'PROXY_FLAG_SET',
    `dockerd is started with ${flag}, which no configuration can change`,
    {
      hint: 'take the flag out of its unit or of DOCKER_OPTS, then repeat the command; nothing was changed',
    },
  );
}

const findConfigPath = (commandLines: readonly string[]): string =>
  commandLines
    .map((line) => /--config-file[= ](\S+)/.exec(line)?.[1])
    .findLast((path) => path !== undefined) ?? DEFAULT_CONFIG_PATH;

function askContainers(host: Host): readonly string[] {
  const { status, stdout } = host.run(['docker', 'ps', '--format', '{{.Names}}']);
  return status === 0 ? stdout.split('\n').filter((name) => name !== '') : [];
}
