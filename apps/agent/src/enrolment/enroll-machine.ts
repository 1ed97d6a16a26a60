/** Makes a machine a member of an organization: a key made here, a token spent there, the organization's key pinned in `agent.json`. */

import { arch, hostname, platform, release } from 'node:os';
import { type AgentConfigFile, parseServer, toAgentPaths } from '../config.ts';
import { createMachineKey } from '../machine-key/machine-key.ts';
import { askForPlace, type PinnedPlace } from './ask-for-place.ts';
import { recordMachineId } from './cloned-machine.ts';
import { forgetFormerPlace } from './forget-former-place.ts';
import { makeDirectories } from './make-directories.ts';
import { type EnrolledMachine, pinOrganization } from './pin-organization.ts';

export interface EnrollOptions {
  readonly server: string;
  /** Enrolment token; spent by this, never stored. */
  readonly token: string;
  /** Host name unless given. */
  readonly name?: string;
  /** Puts every file below one directory; absent: the places of an installed agent. */
  readonly dataDir?: string;
  readonly caFile?: string;
  readonly allowHttp?: boolean;
  readonly upstreamProxy?: AgentConfigFile['upstreamProxy'];
  /** `HOST:PORT` of the proxy point, kept in `agent.json`. */
  readonly proxyListen?: string;
  /** Fingerprint that the organization's recovery key must have; any unless given. */
  readonly fingerprint?: string;
  /** The system's own unless given. */
  readonly machineIdPath?: string;
}

/** @throws AgentError `ALREADY_ENROLLED`, `SERVER_INSECURE`, `SERVER_REFUSED`, `SERVER_UNREACHABLE`, `DATA_DIR_UNUSABLE`, … */
export async function enrollMachine(options: EnrollOptions): Promise<EnrolledMachine> {
  const paths = toAgentPaths(options.dataDir);
  const server = parseServer(options.server, options.allowHttp === true);
  const name = options.name ?? hostname();
  await makeDirectories(paths);
  await recordMachineId(paths, options.machineIdPath);
  // The key is kept before the token is spent: a crash between the two loses a token, never a machine that nobody can speak for.
  const key = await createMachineKey(paths.keyFile);
  const os = `${platform()} ${release()}`.slice(0, 64);
  const place = await askForPlace({ ...options, server, name, os, arch: arch() }, key);
  await forgetFormerPlace(paths, place.fingerprint);
  return await pinOrganization(paths, { ...place, ...toOwnSettings(options) });
}

function toOwnSettings(options: EnrollOptions): Omit<AgentConfigFile, keyof PinnedPlace> {
  return {
    ...(options.caFile === undefined ? {} : { caFile: options.caFile }),
    ...(options.allowHttp === true ? { allowHttp: true } : {}),
    ...(options.upstreamProxy === undefined ? {} : { upstreamProxy: options.upstreamProxy }),
    ...(options.proxyListen === undefined ? {} : { proxy: { listen: options.proxyListen } }),
  };
}
