/** What a machine that nobody sits at does about its enrolment, in order: is it a clone, then is there a file that enrols it. */

import { type Logger, pino } from 'pino';
import { toAgentPaths } from '../config.ts';
import { checkClone } from './cloned-machine.ts';
import { enrolUnattended } from './unattended.ts';

export interface EnrolByFileOptions {
  /** Puts every file below one directory; absent: the places of an installed agent. */
  readonly dataDir?: string;
  readonly log?: Logger;
  /** Ends the wait for the network. */
  readonly signal?: AbortSignal;
  /** The system's own unless given. */
  readonly machineIdPath?: string;
}

/** Does nothing on a machine that is enrolled, or has no `enrolment.json`. @throws AgentError as {@link checkClone} and {@link enrolUnattended} */
export async function enrolByFile(options: EnrolByFileOptions): Promise<void> {
  const { log = pino(), ...rest } = options;
  const paths = toAgentPaths(options.dataDir);
  await checkClone(paths, options.machineIdPath);
  await enrolUnattended({ ...rest, paths, log });
}
