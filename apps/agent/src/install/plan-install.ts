/** Makes the plan that points Docker Engine at the agent: detected state in, steps out. Pure. */

import { ENGINES_PATH, formatEngines } from '../engines/wired-engines.ts';
import type { TrustPlan } from '../trust/plan-trust.ts';
import { HUB_DIRECTORY } from '../trust/trust-paths.ts';
import {
  AGENT_UNIT,
  createAgentUnitEdits,
  ENROL_UNIT,
  TRUST_PATH_UNIT,
  TRUST_TIMER_UNIT,
} from './agent-unit.ts';
import { DEFAULTS_PATH, type DockerEngine, DROP_IN_PATH, parseVersion } from './docker-engine.ts';
import { createEnvironmentBlockEdit } from './environment-block.ts';
import { createOwnFile, type FileEdit } from './file-edit.ts';
import { type FileState, type Plan, planEdit, type Step } from './plan.ts';
import type { DaemonJsonPlan } from './plan-daemon-json.ts';
import { planMirrorReload } from './plan-mirror-reload.ts';
import { NO_PROXY, redactUrl, toUpstreamSuggestion } from './proxy-settings.ts';
import { createPromptEdits } from './sign-in-prompts.ts';

export interface InstallInput {
  readonly docker: DockerEngine;
  readonly proxyUrl: string;
  readonly isRestartWanted: boolean;
  /** The files of a machine that runs, not those of an image. */
  readonly isLive: boolean;
  /** `agent.json` is in its place. */
  readonly isEnrolled: boolean;
  /** Somebody answers at the proxy's address now. */
  readonly isProxyUp: boolean;
  /** The command that the agent's unit starts. */
  readonly binPath: string;
  /** The agent's directory, where it is not the installed agent's. */
  readonly dataDir?: string;
  /** What is done so that engines trust the gateway. */
  readonly trust: TrustPlan;
  /** What becomes of dockerd's configuration file. */
  readonly daemonJson: DaemonJsonPlan;
  /** Whether Docker trusts the gateway once that is done. */
  readonly isTrusting: boolean;
  readonly stateOf: (path: string) => FileState;
}

export function planInstall(input: InstallInput): Plan {
  const { docker, trust, daemonJson } = input;
  const wiring = toWiringEdits(docker, input.proxyUrl).flatMap((edit) =>
    planEdit(edit, input.stateOf(edit.path)),
  );
  const engines = planEdit(createEnginesNote(docker, input.isTrusting), input.stateOf(ENGINES_PATH));
  const prompts = createPromptEdits(input.binPath).flatMap((edit) =>
    planEdit(edit, input.stateOf(edit.path)),
  );
  const unit = docker.hasSystemd ? planUnit(input) : [];
  const isRestartNeeded = wiring.length > 0 || daemonJson.isProxyChanged || trust.isHubNew;
  const isRestarted = isRestartNeeded && input.isRestartWanted && input.isLive && docker.hasSystemd;
  const readUnits: Step = {
    kind: 'run',
    command: ['systemctl', 'daemon-reload'],
    why: 'systemd reads its files again',
  };
  const restart: Step = {
    kind: 'run',
    command: ['systemctl', 'restart', 'docker'],
    why: 'dockerd reads its proxy and the authority of Docker Hub when it starts',
  };
  const reload = planMirrorReload({
    isChanged: daemonJson.isMirrorChanged && !isRestarted,
    isLive: input.isLive,
    hasSystemd: docker.hasSystemd,
  });
  const upstream = toUpstreamSuggestion(docker.proxies, input.proxyUrl);
  return {
    steps: [
      ...trust.steps,
      ...daemonJson.steps,
      ...wiring,
      ...engines,
      ...prompts,
      ...unit,
      ...(isRestarted && unit.length === 0 ? [readUnits] : []),
      ...(isRestarted ? [restart] : []),
      ...reload.steps,
    ],
    restarts: isRestarted ? [toRestart(docker)] : [],
    notes: [
      ...toProxyNotes(input, upstream),
      ...trust.notes,
      ...daemonJson.notes,
      ...(isRestartNeeded ? [] : reload.notes),
      ...(input.isTrusting && input.isLive && !docker.hasSystemd ? [REPEATED_BY_HAND] : []),
      ...(isRestartNeeded ? toRestartNotes(input, isRestarted) : []),
    ],
    ...(upstream === undefined ? {} : { upstream }),
  };
}

const REPEATED_BY_HAND =
  'there is no systemd here: repeat pullgate agent install --only trust after a rule that needs a registry inspected, and every month';

/** The files beside `daemon.json` by which this version of dockerd, started this way, takes its proxy and the authority of Docker Hub. */
function toWiringEdits(docker: DockerEngine, proxyUrl: string): readonly FileEdit[] {
  const proxies = { HTTP_PROXY: proxyUrl, HTTPS_PROXY: proxyUrl, NO_PROXY };
  const inEnvironment = docker.readsProxies ? {} : proxies;
  const values = { ...inEnvironment, SSL_CERT_DIR: toCertificateDirectories(docker) };
  return docker.hasSystemd
    ? [createDropIn(values, docker.readsProxies), ...toOverruled(docker, values)]
    : [createEnvironmentBlockEdit(DEFAULTS_PATH, values, 'shell')];
}

/** Environment files that systemd would let win over the drop-in. */
function toOverruled(docker: DockerEngine, values: Readonly<Record<string, string>>): readonly FileEdit[] {
  const files = docker.readsProxies
    ? docker.certificateEnvironmentFiles
    : new Set([...docker.proxyEnvironmentFiles, ...docker.certificateEnvironmentFiles]);
  return [...files].map((path) => createEnvironmentBlockEdit(path, values, 'systemd'));
}

/** Where Go looks when nobody tells it otherwise; what was told stays. */
const USUAL_CERTIFICATES = '/etc/ssl/certs';

function toCertificateDirectories({ certificateDirectories = '' }: DockerEngine): string {
  const others = certificateDirectories.split(':').filter((path) => path !== '' && path !== HUB_DIRECTORY);
  return [...(others.length === 0 ? [USUAL_CERTIFICATES] : others), HUB_DIRECTORY].join(':');
}

/** Docker Hub by its environment, every other registry by its directory of certificates: dockerd shows all to the gateway. */
function createEnginesNote({ version }: DockerEngine, isTrusting: boolean): FileEdit {
  const [major, minor] = parseVersion(version);
  return createOwnFile(
    ENGINES_PATH,
    'the agent reports to the owners which engines are wired',
    formatEngines([
      { name: 'docker', version: `${major}.${minor}`, wired: true, depth: isTrusting ? 'full' : 'host' },
    ]),
  );
}

function createDropIn(values: Readonly<Record<string, string>>, readsProxies: boolean): FileEdit {
  const lines = Object.entries(values).map(([name, value]) => `Environment="${name}=${value}"`);
  return createOwnFile(
    DROP_IN_PATH,
    readsProxies
      ? 'dockerd learns the authority of Docker Hub from its environment'
      : 'dockerd takes its proxy from its environment (below 23.0 it does not start with "proxies" in daemon.json)',
    `# Made by "pullgate agent install"; "pullgate agent uninstall" takes it away.\n[Service]\n${lines.join('\n')}\n`,
  );
}

function planUnit(input: InstallInput): readonly Step[] {
  const edits = createAgentUnitEdits({
    binPath: input.binPath,
    proxyListen: new URL(input.proxyUrl).host,
    ...(input.dataDir === undefined ? {} : { dataDir: input.dataDir }),
  });
  const files = edits.flatMap((edit) => planEdit(edit, input.stateOf(edit.path)));
  if (files.length === 0 || !input.isLive) return files;
  const isStarted = input.isEnrolled && !input.isProxyUp;
  return [
    ...files,
    { kind: 'run', command: ['systemd-sysusers', 'pullgate.conf'], why: 'makes the account' },
    { kind: 'run', command: ['systemctl', 'daemon-reload'], why: 'systemd reads its files again' },
    {
      kind: 'run',
      command: ['systemctl', 'enable', ...(isStarted ? ['--now'] : []), AGENT_UNIT],
      why: isStarted ? 'the agent starts now and at every boot' : 'the agent starts at every boot',
    },
    {
      kind: 'run',
      command: ['systemctl', 'enable', ENROL_UNIT],
      why: 'an enrolment.json is looked for at every boot',
    },
    {
      kind: 'run',
      command: ['systemctl', 'start', '--no-block', ENROL_UNIT],
      why: 'an enrolment.json that is there enrols this machine as soon as there is a network',
    },
    {
      kind: 'run',
      command: ['systemctl', 'enable', '--now', TRUST_PATH_UNIT, TRUST_TIMER_UNIT],
      why: 'what a new policy wants inspected is prepared as soon as the agent has it',
    },
  ];
}

function toRestart(docker: DockerEngine): Plan['restarts'][number] {
  const { isLiveRestore, runningContainers } = docker;
  const count = runningContainers.length;
  const stops = isLiveRestore ? [] : runningContainers;
  const text = isLiveRestore
    ? 'Docker restarts; containers go on (live-restore)'
    : count === 0
      ? 'Docker restarts; no container runs now'
      : `Docker restarts; ${count} running ${count === 1 ? 'container stops' : 'containers stop'}: ${runningContainers.join(', ')}`;
  return { engine: 'docker', stops, text };
}

function toRestartNotes(input: InstallInput, isRestarted: boolean): readonly string[] {
  if (isRestarted || !input.isLive) return [];
  const command = input.docker.hasSystemd ? 'systemctl restart docker' : 'service docker restart';
  const why = input.docker.hasSystemd
    ? ''
    : ' (there is no systemd here, so how Docker is started is yours to know)';
  return [`in force after Docker was restarted: ${command}${why}`];
}

function toProxyNotes(input: InstallInput, upstream: Plan['upstream']): readonly string[] {
  const { proxies } = input.docker;
  return [
    ...(upstream?.url === undefined
      ? []
      : [
          `Docker's proxy ${redactUrl(upstream.url)} goes behind the agent: put it into agent.json as "upstreamProxy"`,
        ]),
    ...(upstream === undefined || upstream.noProxy.length === 0
      ? []
      : [
          `NO_PROXY was ${proxies.no ?? ''}, becomes ${NO_PROXY}; the agent can keep its exceptions ("upstreamProxy"."noProxy"): ${upstream.noProxy.join(', ')}`,
        ]),
    ...(input.isLive && !input.isProxyUp
      ? [
          `nothing answers at ${input.proxyUrl} now: Docker can pull nothing until the agent runs (pullgate up)`,
        ]
      : []),
    ...(input.docker.hasSystemd && !input.isEnrolled
      ? [
          'the agent starts only once this machine is enrolled: sudo pullgate machine enroll, or leave /etc/pullgate/enrolment.json',
        ]
      : []),
  ];
}
