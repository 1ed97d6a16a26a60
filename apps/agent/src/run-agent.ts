/** Runs the agent of a machine from its files: enrols it first where it is told to, then starts. Leaves starting to `start/`. */

import { flushCompileCache } from 'node:module';
import { type Logger, pino } from 'pino';
import { loadAgentConfig, toAgentPaths } from './config.ts';
import { enrolByFile } from './enrolment/enrol-by-file.ts';
import { type RunningAgent, startAgent } from './start/start-agent.ts';

export interface RunSettings {
  /** Puts every file below one directory; absent: the agent of the machine. */
  readonly dataDir?: string;
  /** `HOST:PORT`; wins over `agent.json`. */
  readonly proxyListen?: string;
  /** pino's levels; `info` unless given. Ignored with `log`. */
  readonly logLevel?: string;
  readonly log?: Logger;
  /** Ends the wait of a machine that enrols itself and has no network yet. */
  readonly signal?: AbortSignal;
}

/** Enrols the machine first where an `enrolment.json` says so. Loads `agent.json` and starts. @throws AgentError, and the coded errors of the points (`PORT_TAKEN`, …). */
export async function runAgent(settings: RunSettings): Promise<RunningAgent> {
  const { proxyListen, logLevel = 'info' } = settings;
  const paths = toAgentPaths(settings.dataDir);
  const { log = pino({ level: logLevel }), dataDir, signal } = settings;
  await enrolByFile({
    log,
    ...(dataDir === undefined ? {} : { dataDir }),
    ...(signal === undefined ? {} : { signal }),
  });
  const config = await loadAgentConfig(paths, proxyListen === undefined ? {} : { proxyListen });
  const agent = await startAgent(config, { log });
  // For the next start, also after this process was killed; nothing where no compiled modules are kept.
  flushCompileCache();
  return agent;
}
