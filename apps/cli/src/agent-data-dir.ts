/** Finds the directory of the agent that engines are pointed at: the installed one's, or that of `pullgate up`. */

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { AGENT_CONFIG_PATH } from '@pullgate/agent/install';
import type { CliConfig } from './config.ts';

/**
 * @param root below which the installed agent's files are looked for; `/` outside tests
 * @returns undefined for the installed agent, whose files are where the system has such files
 */
export function findAgentDataDir(
  config: CliConfig,
  given: string | undefined,
  root = '/',
): string | undefined {
  if (given !== undefined) return resolve(given);
  if (existsSync(join(root, AGENT_CONFIG_PATH))) return undefined;
  return [stateDirOf(config.sudoUser), config.stateDir]
    .flatMap((stateDir) => (stateDir === undefined ? [] : [join(stateDir, 'agent')]))
    .find((directory) => existsSync(join(directory, 'agent.json')));
}

/** Root by sudo has another home than who ran `up`. */
function stateDirOf(account: string | undefined): string | undefined {
  if (account === undefined) return undefined;
  const { stdout } = spawnSync('getent', ['passwd', account], { encoding: 'utf8' });
  const home = (stdout ?? '').split(':')[5];
  return home === undefined ? undefined : join(home, '.local', 'state', 'pullgate');
}
