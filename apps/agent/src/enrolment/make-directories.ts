/** Makes the directories that an enrolment writes to, and finds out that the machine is enrolled already. */

import { access, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AgentError, systemCodeOf } from '../agent-error.ts';
import type { AgentPaths } from '../config.ts';

/** @throws AgentError `ALREADY_ENROLLED`, `DATA_DIR_UNUSABLE` */
export async function makeDirectories(paths: AgentPaths): Promise<void> {
  try {
    await mkdir(paths.dataDir, { recursive: true, mode: 0o700 });
    await mkdir(dirname(paths.configFile), { recursive: true, mode: 0o755 });
    await access(paths.configFile);
  } catch (error) {
    const code = systemCodeOf(error);
    if (code === 'ENOENT') return;
    throw new AgentError('DATA_DIR_UNUSABLE', `cannot use ${paths.dataDir} (${code ?? 'unknown'})`, {
      cause: error,
    });
  }
  throw new AgentError('ALREADY_ENROLLED', `${paths.configFile} exists`);
}
