/** Makes a machine a member of an organization: a key made here, a token spent there, the organization's key pinned in `agent.json`. */

import { access, mkdir } from 'node:fs/promises';
import { arch, hostname, platform, release } from 'node:os';
import { dirname } from 'node:path';
import { keyFingerprint } from '@pullgate/bundle';
import { type EnrollResponse, PROTOCOL_VERSION } from '@pullgate/protocol';
import { AgentError, systemCodeOf } from '../agent-error.ts';
import { AGENT_VERSION } from '../agent-version.ts';
import { type AgentConfigFile, type AgentPaths, parseServer, toAgentPaths } from '../config.ts';
import { enroll } from '../control-plane/client.ts';
import { createTransport } from '../control-plane/transport.ts';
import { writeDurably } from '../data-dir/write-durably.ts';
import { createMachineKey } from '../machine-key/machine-key.ts';
import { recordMachineId } from './cloned-machine.ts';

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

export interface EnrolledMachine {
  readonly machineId: string;
  readonly organization: { readonly id: string; readonly slug: string; readonly name: string };
  /** Of the organization's recovery key: what the owner's console shows, too. */
  readonly fingerprint: string;
  readonly paths: AgentPaths;
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
  const answer = await askForPlace({ ...options, server, name }, { kty: key.kty, crv: key.crv, x: key.x });
  await checkRecoveryKey(answer, options.fingerprint);
  const file = toConfigFile({ ...options, server, name }, answer);
  await writeDurably(paths.configFile, `${JSON.stringify(file, null, 2)}\n`, 0o644);
  const { machineId, organization, fingerprint } = answer;
  return { machineId, organization, fingerprint, paths };
}

type Wanted = EnrollOptions & { readonly name: string };

async function makeDirectories(paths: AgentPaths): Promise<void> {
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

async function askForPlace(
  options: Wanted,
  publicKey: { kty: 'OKP'; crv: 'Ed25519'; x: string },
): Promise<EnrollResponse> {
  const { upstreamProxy } = options;
  const transport = createTransport({
    server: options.server,
    ...(options.caFile === undefined ? {} : { caFile: options.caFile }),
    ...(upstreamProxy === undefined
      ? {}
      : { upstreamProxy: { url: upstreamProxy.url, noProxy: upstreamProxy.noProxy ?? [] } }),
  });
  try {
    return await enroll(transport, {
      token: options.token,
      publicKey,
      name: options.name,
      os: `${platform()} ${release()}`.slice(0, 64),
      arch: arch(),
      agentVersion: AGENT_VERSION,
      protocol: PROTOCOL_VERSION,
    });
  } finally {
    transport.close();
  }
}

/** The fingerprint is what a person compares, the key is what is used: they must be one. */
async function checkRecoveryKey(
  { recoveryKey, fingerprint }: EnrollResponse,
  expected: string | undefined,
): Promise<void> {
  const actual = await keyFingerprint(recoveryKey).catch(() => undefined);
  if (actual !== fingerprint)
    throw new AgentError(
      'SERVER_ANSWER_INVALID',
      'expected a recovery key that has the fingerprint sent with it',
    );
  if (expected !== undefined && actual !== expected)
    throw new AgentError('SERVER_ANSWER_INVALID', 'expected the recovery key that this machine was told of');
}

function toConfigFile(options: Wanted, answer: EnrollResponse): AgentConfigFile {
  const { kty, crv, x } = answer.recoveryKey;
  const { id, slug, name } = answer.organization;
  return {
    version: 1,
    server: options.server,
    organization: { id, slug, name },
    machine: { id: answer.machineId, name: options.name },
    recoveryKey: { kty, crv, x },
    fingerprint: answer.fingerprint,
    ...(options.caFile === undefined ? {} : { caFile: options.caFile }),
    ...(options.allowHttp === true ? { allowHttp: true } : {}),
    ...(options.upstreamProxy === undefined ? {} : { upstreamProxy: options.upstreamProxy }),
    ...(options.proxyListen === undefined ? {} : { proxy: { listen: options.proxyListen } }),
  };
}
