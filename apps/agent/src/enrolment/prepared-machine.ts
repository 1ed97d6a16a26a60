/**
 * The file that makes a machine a member without any contact (`pullgate machine prepare`): what it holds, and what must be
 * true of it before any of it is installed.
 */

import { createPrivateKey, createPublicKey } from 'node:crypto';
import {
  type BundlePosition,
  type PolicyPayload,
  type Verified,
  verifyAssignmentBundle,
  verifyPolicyBundle,
} from '@pullgate/bundle';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { AgentError } from '../agent-error.ts';
import { compileSnapshot } from '../bundle-store/snapshot.ts';
import { AgentConfigFile, parseAgentConfig, toAgentPaths } from '../config.ts';

const closed = { additionalProperties: false } as const;
const { version, server, organization, machine, recoveryKey, fingerprint } = AgentConfigFile.properties;
const Key = Type.String({ maxLength: 64 });
const Time = Type.Integer({ minimum: 0 });
const Bundle = Type.Object({ keys: Type.String(), payload: Type.String() }, closed);

export const PreparedMachine = Type.Object(
  {
    kind: Type.Literal('pullgate-prepared-machine'),
    version: Type.Literal(1),
    /** When the server gave the documents; milliseconds since the Unix epoch. */
    madeAt: Time,
    /** Against files that are forgotten in a drawer; whoever can edit the file can move it. */
    expiresAt: Time,
    /** The whole `agent.json`; settings of the machine itself are not the preparer's. */
    config: Type.Object({ version, server, organization, machine, recoveryKey, fingerprint }, closed),
    /** The machine's private key. */
    key: Type.Object({ kty: Type.Literal('OKP'), crv: Type.Literal('Ed25519'), x: Key, d: Key }, closed),
    policy: Bundle,
    assignment: Bundle,
  },
  closed,
);
export type PreparedMachine = Static<typeof PreparedMachine>;

/** Whether somebody meant the file to be one; see {@link parsePrepared}. */
export function isPrepared(value: unknown): boolean {
  return (value as { readonly kind?: unknown } | null)?.kind === 'pullgate-prepared-machine';
}

/** @throws AgentError `ENROLMENT_FILE_UNUSABLE`; nothing of the content is in the message. */
export function parsePrepared(value: unknown, path: string): PreparedMachine {
  if (Value.Check(PreparedMachine, value)) return value;
  const places = [...Value.Errors(PreparedMachine, value)].map(({ instancePath }) => instancePath || '/');
  throw unusable(`${path} is no prepared machine: see ${[...new Set(places)].slice(0, 5).join(', ')}`);
}

export interface VerifiedPrepared {
  readonly policy: Verified<PolicyPayload>;
  readonly assignment: BundlePosition;
}

/**
 * Judges the file as the agent would judge the answers of its server.
 *
 * @param held what this machine has had of this organization's policy: nobody takes it back by an old file
 * @throws AgentError `ENROLMENT_FILE_UNUSABLE`, `CONFIG_INVALID`; BundleError; PolicyError
 */
export async function verifyPrepared(
  file: PreparedMachine,
  held: BundlePosition | undefined,
): Promise<VerifiedPrepared> {
  await parseAgentConfig(JSON.stringify(file.config), { ...toAgentPaths(), configFile: 'the file' });
  checkKeyPair(file.key);
  const trust = { recoveryKey: file.config.recoveryKey, organizationId: file.config.organization.id };
  const machineId = file.config.machine.id;
  const policy = await verifyPolicyBundle(
    file.policy,
    held === undefined ? trust : { ...trust, position: held },
  );
  const assignment = await verifyAssignmentBundle(file.assignment, { ...trust, machineId });
  compileSnapshot(policy.payload, assignment.payload, machineId);
  return { policy, assignment: assignment.position };
}

/** The server knows the public half: with another private one the machine could never show itself. */
function checkKeyPair(key: PreparedMachine['key']): void {
  let actual: string | undefined;
  try {
    const privateKey = createPrivateKey({ key: { ...key }, format: 'jwk' });
    actual = createPublicKey(privateKey).export({ format: 'jwk' }).x;
  } catch {
    // Said below; the error of the library may hold the key.
  }
  if (actual !== key.x) throw unusable('the private key in the file is not one, or not of its public key');
}

export function unusable(message: string): AgentError {
  const hint = 'make a new one where the server is reached: pullgate machine prepare NAME --output FILE';
  return new AgentError('ENROLMENT_FILE_UNUSABLE', message, { hint });
}
