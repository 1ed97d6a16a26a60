/** Asks a control plane for a machine's place in an organization, and pins what it answers with. Leaves keeping it to its callers. */

import { keyFingerprint, type PublicJwk } from '@pullgate/bundle';
import { type EnrollResponse, PROTOCOL_VERSION } from '@pullgate/protocol';
import { AgentError } from '../agent-error.ts';
import { AGENT_VERSION } from '../agent-version.ts';
import type { AgentConfigFile } from '../config.ts';
import { enroll } from '../control-plane/client.ts';
import { createTransport } from '../control-plane/transport.ts';

export interface WantedPlace {
  /** Origin, as `parseServer` gives it. */
  readonly server: string;
  /** Enrolment token; spent by this. */
  readonly token: string;
  readonly name: string;
  readonly os: string;
  readonly arch: string;
  readonly caFile?: string;
  readonly upstreamProxy?: AgentConfigFile['upstreamProxy'];
  /** Fingerprint that the organization's recovery key must have; any unless given. */
  readonly fingerprint?: string;
}

/** What belongs into `agent.json` of every machine. */
export type PinnedPlace = Pick<
  AgentConfigFile,
  'version' | 'server' | 'organization' | 'machine' | 'recoveryKey' | 'fingerprint'
>;

/** @throws AgentError `SERVER_REFUSED`, `SERVER_UNREACHABLE`, `SERVER_ANSWER_INVALID` */
export async function askForPlace(wanted: WantedPlace, publicKey: PublicJwk): Promise<PinnedPlace> {
  const { kty, crv, x } = publicKey;
  const answer = await callServer(wanted, { kty, crv, x });
  await checkRecoveryKey(answer, wanted.fingerprint);
  return toPinnedPlace(wanted, answer);
}

async function callServer(wanted: WantedPlace, publicKey: PublicJwk): Promise<EnrollResponse> {
  const { caFile, upstreamProxy, token, name, os, arch } = wanted;
  const transport = createTransport({
    server: wanted.server,
    ...(caFile === undefined ? {} : { caFile }),
    ...(upstreamProxy === undefined
      ? {}
      : { upstreamProxy: { url: upstreamProxy.url, noProxy: upstreamProxy.noProxy ?? [] } }),
  });
  try {
    const about = { name, os, arch, agentVersion: AGENT_VERSION, protocol: PROTOCOL_VERSION };
    return await enroll(transport, { token, publicKey, ...about });
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

function toPinnedPlace({ server, name }: WantedPlace, answer: EnrollResponse): PinnedPlace {
  const { kty, crv, x } = answer.recoveryKey;
  const { id, slug, name: organizationName } = answer.organization;
  return {
    version: 1,
    server,
    organization: { id, slug, name: organizationName },
    machine: { id: answer.machineId, name },
    recoveryKey: { kty, crv, x },
    fingerprint: answer.fingerprint,
  };
}
