/** Wiring of this machine's engines, for the command: makes plans from what is there, and does them. */

import { quote } from '@pullgate/errors';
import { toAgentPaths } from '../config.ts';
import { createTrustPlan } from '../trust/create-trust-plan.ts';
import type { TrustPlan } from '../trust/plan-trust.ts';
import { HUB_CERTIFICATE_PATH } from '../trust/trust-paths.ts';
import { AGENT_CONFIG_PATH } from './agent-unit.ts';
import { toProxySettings } from './daemon-json.ts';
import { detectDockerEngine, findDaemonConfig } from './docker-engine.ts';
import type { Host } from './host.ts';
import { InstallError } from './install-error.ts';
import { loadOriginal, loadRecord } from './install-record.ts';
import type { FileState, Plan } from './plan.ts';
import { type DaemonJsonPlan, planDaemonJson } from './plan-daemon-json.ts';
import { planInstall } from './plan-install.ts';
import { planMirrorReload } from './plan-mirror-reload.ts';
import { planUninstall } from './plan-uninstall.ts';

export { AGENT_CONFIG_PATH } from './agent-unit.ts';
export { executePlan } from './execute-plan.ts';
export { createHost, type Host } from './host.ts';
export { INSTALL_ERROR_CODES, InstallError, type InstallErrorCode } from './install-error.ts';
export type { Plan, Step } from './plan.ts';
export { redactUrl } from './proxy-settings.ts';

export interface InstallOptions {
  /** Parts to install, `docker` or `trust`; all of them unless told. */
  readonly only?: readonly string[];
  readonly proxyUrl: string;
  readonly isRestartWanted: boolean;
  /** Instead of asking dockerd, for images. */
  readonly dockerVersion?: string;
  /** The `pullgate` command that the agent's unit starts. */
  readonly binPath: string;
  /** The agent's directory, where it is not the installed agent's. */
  readonly dataDir?: string;
  /** Milliseconds since the Unix epoch; the present unless told. */
  readonly now?: number;
}

/** @throws InstallError for what cannot be wired; nothing was changed then */
export async function createInstallPlan(host: Host, options: InstallOptions): Promise<Plan> {
  const parts = options.only ?? PARTS;
  refuseUnknownParts(parts);
  const url = parseProxyUrl(options.proxyUrl);
  const isLive = host.root === '/';
  const stateOf = createStateReader(host);
  const trust = parts.includes('trust') ? await planTrustOf(host, options, stateOf) : NO_TRUST;
  if (!parts.includes('docker')) return toTrustOnly(trust, planMirrors(host, trust, stateOf), isLive);
  const docker = detectDockerEngine(host, options.dockerVersion);
  return planInstall({
    docker,
    proxyUrl: url.origin,
    isRestartWanted: options.isRestartWanted,
    isLive,
    isEnrolled: host.exists(AGENT_CONFIG_PATH),
    isProxyUp:
      isLive && (await host.isListening(url.hostname.replace(/^\[|\]$/g, ''), Number(url.port || 80))),
    binPath: options.binPath,
    ...(options.dataDir === undefined ? {} : { dataDir: options.dataDir }),
    trust,
    daemonJson: planDaemonJson({
      config: docker.config,
      proxies: docker.readsProxies ? toProxySettings(url.origin) : {},
      ...(trust.mirrored === undefined ? {} : { mirrored: trust.mirrored }),
      state: stateOf(docker.config.path),
    }),
    isTrusting: parts.includes('trust') || stateOf(HUB_CERTIFICATE_PATH).recorded !== undefined,
    stateOf,
  });
}

const PARTS = ['docker', 'trust'];
const NO_TRUST: TrustPlan = { steps: [], notes: [], isHubNew: false };

const planTrustOf = (
  host: Host,
  { dataDir, now = Date.now() }: InstallOptions,
  stateOf: (path: string) => FileState,
): Promise<TrustPlan> => createTrustPlan(host, { paths: toAgentPaths(dataDir), now, stateOf });

/** Restarts nothing: it runs by itself whenever the policy changes. */
function toTrustOnly(trust: TrustPlan, docker: MirrorPlan, isLive: boolean): Plan {
  const { isMirrorChanged, hasSystemd } = docker;
  const reload = planMirrorReload({ isChanged: isMirrorChanged, isLive, hasSystemd });
  const restart = 'Docker knows the authority of Docker Hub once it was installed as well and restarted';
  return {
    steps: [...trust.steps, ...docker.steps, ...reload.steps],
    restarts: [],
    notes: [...trust.notes, ...docker.notes, ...reload.notes, ...(trust.isHubNew ? [restart] : [])],
  };
}

interface MirrorPlan extends Pick<DaemonJsonPlan, 'steps' | 'notes' | 'isMirrorChanged'> {
  readonly hasSystemd: boolean;
}

/** A file that dockerd would not take either must not keep certificates from being rotated. */
function planMirrors(host: Host, { mirrored }: TrustPlan, stateOf: (path: string) => FileState): MirrorPlan {
  const nothing = { steps: [], notes: [], isMirrorChanged: false, hasSystemd: false };
  const found = findDaemonConfig(host);
  if (found === undefined || mirrored === undefined) return nothing;
  const { hasSystemd, ...config } = found;
  try {
    return { ...planDaemonJson({ config, mirrored, state: stateOf(config.path) }), hasSystemd };
  } catch (error) {
    if (!(error instanceof InstallError)) throw error;
    return {
      ...nothing,
      notes: mirrored.length === 0 ? [] : [`Docker is told of no mirror: ${error.message}`],
    };
  }
}

export function createUninstallPlan(host: Host, options: Pick<InstallOptions, 'isRestartWanted'>): Plan {
  const files = loadRecord(host);
  const isLive = host.root === '/';
  const hasSystemd = host.exists('/run/systemd/system');
  const running = isLive ? host.run(['docker', 'ps', '--format', '{{.Names}}']) : undefined;
  return planUninstall({
    files,
    hasSystemd,
    isRestartWanted: options.isRestartWanted,
    isLive,
    runningContainers: running?.status === 0 ? running.stdout.split('\n').filter((name) => name !== '') : [],
    isLiveRestore:
      isLive && host.run(['docker', 'info', '--format', '{{.LiveRestoreEnabled}}']).stdout.trim() === 'true',
    stateOf: createStateReader(host),
  });
}

function createStateReader(host: Host): (path: string) => FileState {
  const records = loadRecord(host);
  return (path) => {
    const current = host.load(path);
    const recorded = records.find((file) => file.path === path);
    const original = recorded === undefined ? undefined : loadOriginal(host, recorded);
    return {
      ...(current === undefined ? {} : { current }),
      ...(recorded === undefined ? {} : { recorded }),
      ...(original === undefined ? {} : { original }),
    };
  };
}

function refuseUnknownParts(only: readonly string[]): void {
  const unknown = only.find((part) => !PARTS.includes(part));
  if (unknown === undefined) return;
  throw new InstallError(
    'ENGINE_UNKNOWN',
    `expected something that can be installed, got ${quote(unknown)}`,
    {
      hint: `one of: ${PARTS.join(', ')}`,
    },
  );
}

function parseProxyUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain =
    url?.protocol === 'http:' && url.pathname === '/' && url.username === '' && url.search === '';
  if (url !== undefined && isPlain && url.port !== '') return url;
  throw new InstallError(
    'PROXY_URL_INVALID',
    `expected the agent's proxy as http://HOST:PORT, got ${quote(text)}`,
    {
      hint: 'the usual one is http://127.0.0.1:7081',
    },
  );
}
