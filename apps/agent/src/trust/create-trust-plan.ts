/** Makes the plan of inspection from what is on the machine. */

import { dirname, join } from 'node:path';
import { DOCKER_HUB, type RegistryHost } from '@pullgate/reference';
import type { AgentPaths } from '../config.ts';
import type { Host } from '../install/host.ts';
import { loadRecord, type RecordedFile } from '../install/install-record.ts';
import type { FileState } from '../install/plan.ts';
import {
  PODMAN_REGISTRIES,
  PODMAN_REGISTRIES_DIRECTORY,
  PODMAN_REGISTRIES_PATH,
} from '../mirrors/podman-path.ts';
import { loadHubAuthority } from './hub-authority.ts';
import { type PlacedLeaf, toLeafMaterial } from './leaf-material.ts';
import { type InspectedRegistry, planTrust, type TrustInput, type TrustPlan } from './plan-trust.ts';
import { findRegistryCertificates, listAuthorities } from './registry-certificates.ts';
import { agentNamesOf } from './trust-names.ts';
import {
  AGENT_FILES,
  CERTIFICATE_NAME,
  CONTAINERS_CERTIFICATES,
  DOCKER_CERTIFICATES,
  hostOfAgentPath,
  toAgentPath,
} from './trust-paths.ts';
import { loadVerifiedHosts, type VerifiedHosts } from './verified-hosts.ts';

export interface TrustOptions {
  readonly paths: AgentPaths;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  readonly stateOf: (path: string) => FileState;
}

/** Chains of certificates and keys; a larger file was not written by root. */
const MAX_PLACED_BYTES = 65_536;

/** @throws InstallError AGENT_CONFIG_EXPOSED, INSTALL_RECORD_INVALID */
export async function createTrustPlan(host: Host, options: TrustOptions): Promise<TrustPlan> {
  const { paths, now } = options;
  const agentDir = paths.dataDir;
  const records = loadRecord(host);
  const found = await loadVerifiedHosts(host, paths, now);
  const hub = loadHubAuthority(host, now);
  const stateOf = createPlacedReader(host, records, options);
  const toRegistry = (registry: RegistryHost): InspectedRegistry => ({
    host: registry,
    material: toLeafMaterial(registry, toPlaced(stateOf, agentDir, registry), hub, now),
    own: findRegistryCertificates(host, registry),
    engineDirectories: toEngineDirectories(host, registry),
  });
  const input: TrustInput = {
    agentDir,
    registries: toWanted(found, records, agentDir).map(toRegistry),
    hub,
    hubDirectories: toEngineDirectories(host, DOCKER_HUB),
    hasContainerd: host.exists('/etc/containerd'),
    hasContainers: host.exists(dirname(PODMAN_REGISTRIES)),
    podmanFiles: loadPodmanFiles(host),
    authoritiesOf: (registry) => listAuthorities(host, registry),
    ...toMirrored(found),
    ...(found.kind === 'verified' ? { position: found.position } : {}),
    records,
    stateOf,
  };
  const plan = planTrust(input);
  return { ...plan, notes: [...toNotes(found, paths), ...plan.notes] };
}

/** Without a policy that can be believed, what was inspected before stays so. */
function toWanted(
  found: VerifiedHosts,
  records: readonly RecordedFile[],
  agentDir: string,
): readonly RegistryHost[] {
  if (found.kind === 'verified') return found.hosts;
  if (found.kind === 'not-enrolled') return [];
  return [...new Set(records.flatMap(({ path }) => hostOfAgentPath(path, agentDir) ?? []))].sort();
}

/** A machine that is not enrolled has no mirrors; a policy that is not believed says nothing of them. */
function toMirrored(found: VerifiedHosts): Pick<TrustInput, 'mirrored'> {
  if (found.kind === 'verified') return { mirrored: found.mirrored };
  return found.kind === 'not-enrolled' ? { mirrored: [] } : {};
}

function loadPodmanFiles(host: Host): TrustInput['podmanFiles'] {
  const beside = host
    .list(PODMAN_REGISTRIES_DIRECTORY)
    .filter((name) => name.endsWith('.conf'))
    .map((name) => join(PODMAN_REGISTRIES_DIRECTORY, name));
  return [PODMAN_REGISTRIES, ...beside]
    .filter((path) => path !== PODMAN_REGISTRIES_PATH)
    .flatMap((path) => {
      const text = host.load(path);
      return text === undefined ? [] : [{ path, text }];
    });
}

/** What the agent can write is read with its own rights, bounded, and only where root has placed it; the rest as elsewhere. */
function createPlacedReader(
  host: Host,
  records: readonly RecordedFile[],
  { paths, stateOf }: TrustOptions,
): (path: string) => FileState {
  const byPath = new Map(records.map((record) => [record.path, record]));
  return (path) => {
    const recorded = byPath.get(path);
    const agentDir = recorded?.placed?.agentDir;
    if (recorded === undefined || agentDir === undefined) {
      return path.startsWith(`${paths.trustDir}/`) ? {} : stateOf(path);
    }
    const current = host.actAsOwnerOf(agentDir, () => host.loadForeign(path, MAX_PLACED_BYTES));
    return { recorded, ...(current === undefined ? {} : { current }) };
  };
}

/** Docker Hub has one pair under several names. */
function toPlaced(
  stateOf: (path: string) => FileState,
  agentDir: string,
  registry: RegistryHost,
): PlacedLeaf {
  const [name = registry] = agentNamesOf(registry);
  return {
    chain: stateOf(toAgentPath(agentDir, name, AGENT_FILES.leaf)),
    key: stateOf(toAgentPath(agentDir, name, AGENT_FILES.key)),
  };
}

const PROGRAM_DIRECTORIES = ['/usr/bin', '/usr/sbin', '/usr/local/bin', '/usr/local/sbin'];

/** Podman and its kin read their own directory of a registry and then not Docker's. */
function toEngineDirectories(host: Host, registry: RegistryHost): readonly string[] {
  const has = (program: string): boolean =>
    PROGRAM_DIRECTORIES.some((directory) => host.exists(`${directory}/${program}`));
  const names = host.list(join(CONTAINERS_CERTIFICATES, registry));
  const isReadAlone = names.some((name) => name !== CERTIFICATE_NAME);
  const isWithoutDocker = !has('dockerd') && ['podman', 'buildah', 'skopeo'].some(has);
  return [DOCKER_CERTIFICATES, ...(isReadAlone || isWithoutDocker ? [CONTAINERS_CERTIFICATES] : [])];
}

function toNotes(found: VerifiedHosts, paths: AgentPaths): readonly string[] {
  if (found.kind === 'verified') return [];
  if (found.kind === 'refused') {
    return [
      `the policy in ${paths.dataDir} is not believed, what is inspected stays as it was: ${found.why}`,
    ];
  }
  const why = found.kind === 'no-policy' ? 'has no policy yet' : 'is not enrolled yet';
  return [`the agent in ${paths.dataDir} ${why}: only Docker Hub's authority is prepared`];
}
