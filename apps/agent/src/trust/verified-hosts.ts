/**
 * Finds out which registries are inspected on this machine and which have mirrors, as root: from the signed policy that the agent keeps, verified anew
 * with the key that `agent.json` pins. Nothing else that the agent wrote is believed, and nothing is parsed before it is verified.
 */

import { join } from 'node:path';
import { type AssignmentPayload, verifyAssignmentBundle, verifyPolicyBundle } from '@pullgate/bundle';
import { findMirroredRegistries, inspectedHosts, type MirroredRegistry } from '@pullgate/policy';
import type { RegistryHost } from '@pullgate/reference';
import {
  MAX_STORED_BYTES,
  parseStoredBundle,
  type StoredBundle,
  toBundleName,
} from '../bundle-store/bundle-files.ts';
import { compileSnapshot } from '../bundle-store/snapshot.ts';
import { type AgentConfig, type AgentPaths, parseAgentConfig } from '../config.ts';
import type { DocumentKind } from '../control-plane/client.ts';
import type { Host } from '../install/host.ts';
import { InstallError } from '../install/install-error.ts';
import { formatPosition, parsePosition } from './seen-position.ts';
import { POSITION_PATH } from './trust-paths.ts';

export type VerifiedHosts =
  | { readonly kind: 'not-enrolled' }
  | { readonly kind: 'no-policy' }
  /** There is a policy, which verification refused. */
  | { readonly kind: 'refused'; readonly why: string }
  | {
      readonly kind: 'verified';
      readonly hosts: readonly RegistryHost[];
      /** What the machine's engines should ask instead of which registry. */
      readonly mirrored: readonly MirroredRegistry[];
      readonly revision: number;
      /** Text of the note by which an older policy is refused from now on. */
      readonly position: string;
    };

/** @throws InstallError AGENT_CONFIG_EXPOSED */
export async function loadVerifiedHosts(host: Host, paths: AgentPaths, now: number): Promise<VerifiedHosts> {
  const text = loadPinned(host, paths);
  if (text === undefined) return { kind: 'not-enrolled' };
  const stored = loadStored(host, paths, 'policy');
  if (stored === 'missing') return { kind: 'no-policy' };
  try {
    return await verify(host, await parseAgentConfig(text, paths), stored, now);
  } catch (error) {
    return { kind: 'refused', why: error instanceof Error ? error.message : 'unknown' };
  }
}

/**
 * Stops somebody without rights from pinning a key of their own, by which any registry could be inspected. Below the data
 * directory of `up`, the account that runs the agent has pinned it, and root was told to believe it.
 */
function loadPinned(host: Host, { configFile, dataDir }: AgentPaths): string | undefined {
  const owner = host.ownerOf(configFile);
  if (owner === undefined) return undefined;
  const isBelow = configFile.startsWith(`${dataDir}/`);
  const trusted = [0, process.getuid?.(), ...(isBelow ? [host.ownerOf(dataDir)?.uid] : [])];
  if (owner.isOpen || !trusted.includes(owner.uid)) {
    throw new InstallError('AGENT_CONFIG_EXPOSED', `${configFile} can be written by other accounts`, {
      hint: `close it: chown root:root ${configFile} && chmod 644 ${configFile}   (and compare its fingerprint first)`,
    });
  }
  return toText(host.load(configFile) ?? '');
}

function loadStored(
  host: Host,
  { dataDir }: AgentPaths,
  kind: DocumentKind,
): StoredBundle | 'missing' | 'damaged' {
  const path = join(dataDir, toBundleName(kind));
  const text = host.actAsOwnerOf(dataDir, () => host.loadForeign(path, MAX_STORED_BYTES));
  return text === undefined ? 'missing' : parseStoredBundle(toText(text));
}

/** Files are held as bytes. */
const toText = (bytes: string): string => Buffer.from(bytes, 'latin1').toString('utf8');

async function verify(
  host: Host,
  config: AgentConfig,
  stored: StoredBundle | 'damaged',
  now: number,
): Promise<VerifiedHosts> {
  if (stored === 'damaged') return { kind: 'refused', why: 'the stored policy cannot be read' };
  const trust = { organizationId: config.organization.id, recoveryKey: config.recoveryKey };
  const seen = parsePosition(host.load(POSITION_PATH), config.fingerprint);
  const { payload, position } = await verifyPolicyBundle(stored, {
    ...trust,
    ...(seen === undefined ? {} : { position: seen }),
  });
  const assignment = await loadAssignment(host, config, trust, now);
  const { compiled, subject } = compileSnapshot(payload, assignment, config.machine.id);
  return {
    kind: 'verified',
    hosts: inspectedHosts(compiled),
    mirrored: findMirroredRegistries(compiled, subject, now),
    revision: position.revision,
    position: formatPosition(position, config.fingerprint),
  };
}

/** Grants can need inspection as well; without them what they allow is denied, which is the safe side. */
async function loadAssignment(
  host: Host,
  config: AgentConfig,
  trust: Pick<AgentConfig, 'recoveryKey'> & { readonly organizationId: string },
  now: number,
): Promise<AssignmentPayload | undefined> {
  const stored = loadStored(host, config.paths, 'assignment');
  if (stored === 'missing' || stored === 'damaged') return undefined;
  try {
    const { payload } = await verifyAssignmentBundle(stored, { ...trust, machineId: config.machine.id });
    return { ...payload, grants: payload.grants.filter(({ expiresAt }) => expiresAt > now) };
  } catch {
    return undefined;
  }
}
