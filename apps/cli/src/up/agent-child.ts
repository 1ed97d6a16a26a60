/** What the agent's child answers to `up`: enrolment, the pinned server, start. */

import { readFile, rename, writeFile } from 'node:fs/promises';
import { type Agent, enrollMachine, runAgent, toAgentPaths } from '@pullgate/agent';
import type { ChildService } from './control-plane-child.ts';

export interface AgentSettings {
  readonly dataDir: string;
  readonly proxyListen: string;
}

export interface EnrollCall {
  readonly server: string;
  readonly token: string;
  readonly name: string;
  readonly dataDir: string;
}

export interface PinServerCall {
  readonly dataDir: string;
  readonly server: string;
}

export function createAgentService(): ChildService {
  let running: Agent | undefined;
  return {
    handlers: {
      pinnedServer: ({ dataDir }: AgentSettings) => loadPinnedServer(dataDir),
      pinServer: ({ dataDir, server }: PinServerCall) => writePinnedServer(dataDir, server),
      enroll: (call: EnrollCall) => enrollMachine(call),
      start: async ({ dataDir, proxyListen }: AgentSettings) => {
        running = await runAgent({ dataDir, proxyListen });
      },
    },
    stop: async () => running?.stop(),
  };
}

interface PinFile {
  readonly server?: string;
}

async function loadPinFile(dataDir: string): Promise<PinFile> {
  try {
    return JSON.parse(await readFile(toAgentPaths(dataDir).configFile, 'utf8')) as PinFile;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}

async function loadPinnedServer(dataDir: string): Promise<PinFile> {
  const { server } = await loadPinFile(dataDir);
  return server === undefined ? {} : { server };
}

/** `up --listen` was given another port than at enrolment: the same server under another address. */
async function writePinnedServer(dataDir: string, server: string): Promise<void> {
  const { configFile } = toAgentPaths(dataDir);
  const text = `${JSON.stringify({ ...(await loadPinFile(dataDir)), server }, null, 2)}\n`;
  await writeFile(`${configFile}.new`, text, { mode: 0o644, flush: true });
  await rename(`${configFile}.new`, configFile);
}
