/** Brings control plane and agent up in order: set-up, server, sign-in of this command, enrolment, agent, policy in force. */

import { mkdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LocalStatus } from '@pullgate/protocol';
import { createApiClient } from '../api-client.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import type { Credential } from '../credentials.ts';
import { fetchLocalStatus } from '../local-agent.ts';
import type { AgentSettings, EnrollCall } from './agent-child.ts';
import { type ChildName, spawnChild } from './child-process.ts';
import { type LogFile, openLogFile } from './log-file.ts';
import { describeDockerHub, type ReadyReport } from './ready-report.ts';
import { type StartedServer, startServer } from './start-server.ts';
import { type Supervised, supervise } from './supervisor.ts';

export interface StartOptions {
  readonly dataDir: string;
  readonly listen: string;
  readonly proxyListen: string;
  readonly organization?: string;
  readonly verbose?: boolean;
  readonly yes?: boolean;
}

export interface Running {
  readonly report: ReadyReport;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** The agent takes its first policy in well under a second; slow disks and busy machines get more. */
const READY_LIMIT_MS = 30_000;
const POLL_MS = 50;

export async function startAll(context: Context, options: StartOptions): Promise<Running> {
  const logs = openLogs(options);
  const supervised: Supervised[] = [];
  const stop = async (): Promise<void> => {
    // the agent first, so that its last decisions still reach the server
    for (const part of supervised.toReversed()) await part.stop();
    for (const log of Object.values(logs)) log.close();
  };
  try {
    const server = await startServer(context, options, logs['control-plane']);
    supervised.push(server.supervised);
    const agentDir = join(options.dataDir, 'agent');
    const agentSocket = join(agentDir, 'agent.sock');
    const settings = { dataDir: agentDir, proxyListen: options.proxyListen };
    supervised.push(await startAgent(context, server, settings, logs.agent));
    context.credentials.save({ ...server.credential, agentSocket });
    const report = await waitUntilReady(server, { ...options, agentSocket }, logs.agent);
    // with port 0 the agent must come back where engines were told that it is
    settings.proxyListen = new URL(report.proxy).host;
    const restart = async (): Promise<void> => {
      for (const part of supervised) await part.restart();
    };
    return { report, restart, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function openLogs(options: StartOptions): Readonly<Record<ChildName, LogFile>> {
  const folder = join(options.dataDir, 'logs');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const echo = options.verbose === true ? (chunk: Uint8Array) => void process.stderr.write(chunk) : undefined;
  return {
    'control-plane': openLogFile(join(folder, 'control-plane.log'), echo),
    agent: openLogFile(join(folder, 'agent.log'), echo),
  };
}

async function startAgent(
  context: Context,
  server: StartedServer,
  settings: AgentSettings,
  log: LogFile,
): Promise<Supervised> {
  const child = spawnChild('agent', log);
  try {
    const { server: pinned } = await child.call<{ server?: string }>('pinnedServer', settings);
    if (pinned === undefined) {
      const { dataDir } = settings;
      const token = server.enrollmentToken ?? (await makeEnrollmentToken(server.credential));
      const call: EnrollCall = { server: server.url, token, name: hostname(), dataDir };
      await child.call('enroll', call);
    } else if (pinned !== server.url) {
      await child.call('pinServer', { dataDir: settings.dataDir, server: server.url });
    }
    await child.call('start', settings);
  } catch (error) {
    await child.stop();
    throw error;
  }
  return supervise(child, {
    name: 'agent',
    spawn: () => spawnChild('agent', log),
    start: async (again) => void (await again.call('start', settings)),
    report: context.terminal.err,
  });
}

async function makeEnrollmentToken(credential: Credential): Promise<string> {
  const { token } = await createApiClient(credential).createEnrollmentToken({ uses: 1, expiresIn: 600 });
  return token ?? '';
}

/** @throws CliError START_TIMEOUT */
async function waitUntilReady(
  { url, credential, welcomeCode }: StartedServer,
  options: StartOptions & { readonly agentSocket: string },
  log: LogFile,
): Promise<ReadyReport> {
  const policy = await createApiClient(credential).fetchPolicy();
  const status = await waitForRevision(options.agentSocket, policy.revision, log);
  return {
    url,
    proxy: `http://${toListening(status, options.proxyListen)}`,
    organization: credential.organization,
    mode: policy.mode,
    revision: policy.revision,
    ...(welcomeCode === undefined ? {} : { welcomeUrl: `${url}/welcome?code=${welcomeCode}` }),
    dataDir: options.dataDir,
    agentSocket: options.agentSocket,
    dockerHub: describeDockerHub(policy.document),
  };
}

async function waitForRevision(socket: string, revision: number, log: LogFile): Promise<LocalStatus> {
  const deadline = performance.now() + READY_LIMIT_MS;
  for (;;) {
    const status = await fetchLocalStatus(socket).catch(() => undefined);
    if ((status?.policy?.revision ?? 0) >= revision && status !== undefined) return status;
    if (performance.now() >= deadline) {
      const why = status?.rejected?.message ?? status?.connection.error ?? log.lastLine();
      throw new CliError(
        'START_TIMEOUT',
        `the agent has no policy after 30 s (${why || 'it says nothing'})`,
        {
          hint: `see its log: ${log.path}`,
        },
      );
    }
    await sleep(POLL_MS);
  }
}

/** With port 0 only the agent knows where it listens; it says so in the detail of its point. */
function toListening(status: LocalStatus, wanted: string): string {
  if (!wanted.endsWith(':0')) return wanted;
  const proxy = status.points.find(({ name }) => name === 'proxy');
  return /(?:\[[0-9a-f:.]+\]|[a-z0-9.-]+):[0-9]+/i.exec(proxy?.detail ?? '')?.[0] ?? wanted;
}
