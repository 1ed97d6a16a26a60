/** Writes `agent.json`, the last step of every enrolment: from here on the machine obeys that organization. */

import type { AgentConfigFile, AgentPaths } from '../config.ts';
import { writeDurably } from '../data-dir/write-durably.ts';

export interface EnrolledMachine {
  readonly machineId: string;
  readonly organization: { readonly id: string; readonly slug: string; readonly name: string };
  /** Of the organization's recovery key: what the owner's console shows, too. */
  readonly fingerprint: string;
  readonly paths: AgentPaths;
}

export async function pinOrganization(paths: AgentPaths, file: AgentConfigFile): Promise<EnrolledMachine> {
  await writeDurably(paths.configFile, `${JSON.stringify(file, null, 2)}\n`, 0o644);
  const { machine, organization, fingerprint } = file;
  return { machineId: machine.id, organization, fingerprint, paths };
}
