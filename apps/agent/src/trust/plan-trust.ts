/** Makes the plan by which the gateway can end TLS for the inspected registries, and engines trust it there: state in, steps out. Pure. */

import { join } from 'node:path';
import type { MirroredRegistry } from '@pullgate/policy';
import { DOCKER_HUB, isDockerHub, type RegistryHost } from '@pullgate/reference';
import { createOwnFile, type FileEdit } from '../install/file-edit.ts';
import { type RecordedFile, toHash } from '../install/install-record.ts';
import {
  type FileState,
  type Plan,
  planEdit,
  planPlacement,
  planTaking,
  planUndo,
  type Step,
} from '../install/plan.ts';
import { formatContainerdHosts } from '../mirrors/containerd-hosts.ts';
import { toOriginUrl } from '../mirrors/mirror-text.ts';
import { planPodman } from '../mirrors/plan-mirrors.ts';
import { PODMAN_REGISTRIES_PATH } from '../mirrors/podman-path.ts';
import type { HubAuthority } from './hub-authority.ts';
import type { LeafMaterial } from './leaf-material.ts';
import type { RegistryCertificates } from './registry-certificates.ts';
import { agentNamesOf } from './trust-names.ts';
import {
  AGENT_FILES,
  type AgentFile,
  CONTAINERD_HOSTS,
  DOCKER_CERTIFICATES,
  HOSTS_NAME,
  HUB_AUTHORITY_PATH,
  HUB_CERTIFICATE_PATH,
  HUB_KEY_PATH,
  isHostsPath,
  isTrustPath,
  POSITION_PATH,
  toAgentPath,
  toEnginePath,
  toHostsPath,
} from './trust-paths.ts';

export interface InspectedRegistry {
  readonly host: RegistryHost;
  readonly material: LeafMaterial;
  readonly own: RegistryCertificates;
  /** Directories of certificates of the engines that are here. */
  readonly engineDirectories: readonly string[];
}

export interface TrustInput {
  readonly agentDir: string;
  readonly registries: readonly InspectedRegistry[];
  readonly hub: HubAuthority;
  /** Directories of certificates in which Docker Hub's authority is prepared. */
  readonly hubDirectories: readonly string[];
  readonly hasContainerd: boolean;
  /** Whether Podman, Buildah or Skopeo is configured here. */
  readonly hasContainers: boolean;
  /** Absent: what the policy says of mirrors is not known, so that what was written of them stays. */
  readonly mirrored?: readonly MirroredRegistry[];
  /** Files beside ours in which others tell Podman of registries. */
  readonly podmanFiles: readonly { readonly path: string; readonly text: string }[];
  /** Certificates that engines have of a registry's own authorities. */
  readonly authoritiesOf: (registry: RegistryHost) => readonly string[];
  /** Text of the note of the newest policy; absent: there is no policy. */
  readonly position?: string;
  readonly records: readonly RecordedFile[];
  readonly stateOf: (path: string) => FileState;
}

export interface TrustPlan extends Pick<Plan, 'steps' | 'notes'> {
  /** dockerd must restart to learn it. */
  readonly isHubNew: boolean;
  /** Registries that have mirrors, by the policy; absent: that is not known. */
  readonly mirrored?: readonly MirroredRegistry[];
}

export function planTrust(input: TrustInput): TrustPlan {
  // engines first: a leaf must not be shown to an engine that does not know its authority yet
  const planned = [
    ...planHub(input),
    ...input.registries.flatMap((registry) => planCertificates(input, registry)),
    ...planContainerd(input),
    ...planPodmanFile(input),
    ...input.registries.flatMap((registry) => planAgentFiles(input, registry)),
  ];
  const wanted = new Set(planned.flatMap(({ path, isWanted = true }) => (isWanted ? [path] : [])));
  return {
    steps: [...planned.flatMap(({ steps }) => steps), ...planLeftOver(input, wanted)],
    notes: planned.flatMap(({ notes = [] }) => notes),
    isHubNew: input.hub.isNew,
    ...(input.mirrored === undefined ? {} : { mirrored: input.mirrored }),
  };
}

/** What becomes of one file that is wanted, unless it is not after all. */
interface Planned {
  readonly path: string;
  readonly isWanted?: boolean;
  readonly steps: readonly Step[];
  readonly notes?: readonly string[];
}

/** Docker Hub's authority is everywhere before it is needed, so that no engine has to restart for it later. */
function planHub(input: TrustInput): readonly Planned[] {
  const { hub, hubDirectories, position, stateOf } = input;
  const place = (path: string, why: string, text: string): Planned => ({
    path,
    steps: planPlacement({ path, why, text }, {}, stateOf(path)),
  });
  const certificate = (path: string): Planned =>
    planFile(input, createCertificate(path, 'Docker Hub', hub.certificate));
  return [
    place(HUB_KEY_PATH, "key of Docker Hub's authority, for root alone", hub.key),
    place(HUB_AUTHORITY_PATH, "Docker Hub's authority", hub.certificate),
    ...[HUB_CERTIFICATE_PATH, ...hubDirectories.map((directory) => toEnginePath(directory, DOCKER_HUB))].map(
      certificate,
    ),
    ...(position === undefined
      ? []
      : [place(POSITION_PATH, 'no older policy than this one is believed', position)]),
  ];
}

function planCertificates(input: TrustInput, registry: InspectedRegistry): readonly Planned[] {
  if (isDockerHub(registry.host)) return [];
  const text = toEngineText(input, registry);
  return registry.engineDirectories.map((directory) =>
    planFile(input, createCertificate(toEnginePath(directory, registry.host), registry.host, text)),
  );
}

const planFile = ({ stateOf }: TrustInput, edit: FileEdit): Planned => ({
  path: edit.path,
  steps: planEdit(edit, stateOf(edit.path)),
});

const createCertificate = (path: string, label: string, text: string): FileEdit =>
  createOwnFile(path, `engines trust the gateway for ${label}, and for nothing else`, text);

/** The authority, and the one before it: while the leaf is exchanged, engines trust both. Neither has a key any more. */
function toEngineText({ stateOf }: TrustInput, { host, material }: InspectedRegistry): string {
  const { current, recorded } = stateOf(toEnginePath(DOCKER_CERTIFICATES, host));
  const isOurs = current !== undefined && toHash(current) === recorded?.afterHash;
  if (!isOurs) return material.authority;
  if (current.startsWith(material.authority)) return current;
  const end = current.indexOf(PEM_END) + PEM_END.length;
  return material.authority + current.slice(0, end);
}

const PEM_END = '-----END CERTIFICATE-----\n';

/** containerd is told of a registry because it is inspected, because it has a mirror, or both. */
function planContainerd(input: TrustInput): readonly Planned[] {
  if (!input.hasContainerd) return [];
  const inspected = input.registries.map(({ host }) => host);
  const origins = (input.mirrored ?? []).map(({ origin }) => origin);
  const kept =
    input.mirrored === undefined
      ? input.records
          .filter(({ path }) => isHostsPath(path))
          .map(({ path }): Planned => ({ path, steps: [] }))
      : [];
  const isKept = (host: RegistryHost): boolean => kept.some(({ path }) => path === toHostsPath(host));
  const hosts = [...new Set([...inspected, ...origins])].filter((host) => !isKept(host));
  return [...kept, ...hosts.map((host) => planHosts(input, host))];
}

/** What others have said to containerd about the registry stays, mirrors above all. */
function planHosts(input: TrustInput, host: RegistryHost): Planned {
  const path = toHostsPath(host);
  const fallback = join(CONTAINERD_HOSTS, '_default', HOSTS_NAME);
  const { current, recorded } = input.stateOf(path);
  const isOthers = current !== undefined && recorded === undefined;
  const isHidden = recorded === undefined && input.stateOf(fallback).current !== undefined;
  const kept = isOthers ? path : isHidden ? fallback : undefined;
  if (kept === undefined) return planFile(input, createHosts(input, host));
  return { path, steps: [], notes: toKeptNotes(input, host, kept) };
}

function toKeptNotes(input: TrustInput, host: RegistryHost, kept: string): readonly string[] {
  const certificate = findCertificate(input, host);
  const mirrors = findMirrored(input, host)?.mirrors ?? [];
  return [
    ...(certificate === undefined
      ? []
      : [`${kept} is kept: containerd trusts the gateway for ${host} once it says ca = "${certificate}"`]),
    ...mirrors.map(
      (mirror) =>
        `${kept} is kept: containerd asks the mirror of ${host} once it has a table [host."${toOriginUrl(mirror)}"]`,
    ),
  ];
}

const findMirrored = ({ mirrored = [] }: TrustInput, host: RegistryHost): MirroredRegistry | undefined =>
  mirrored.find(({ origin }) => origin === host);

/** The certificate by which engines trust the gateway for a registry, where it is inspected. */
const findCertificate = ({ registries }: TrustInput, host: RegistryHost): string | undefined =>
  registries.some((registry) => registry.host === host) ? toEnginePath(DOCKER_CERTIFICATES, host) : undefined;

function createHosts(input: TrustInput, host: RegistryHost): FileEdit {
  const certificate = findCertificate(input, host);
  const mirrored = findMirrored(input, host);
  const text = formatContainerdHosts({
    host,
    ...(certificate === undefined ? {} : { certificate }),
    ...(mirrored === undefined ? {} : { mirrored }),
    certificatesOf: (mirror) => {
      const own = findCertificate(input, mirror);
      return own === undefined ? input.authoritiesOf(mirror) : [own];
    },
  });
  const why =
    mirrored === undefined
      ? `containerd trusts the gateway for ${host}`
      : `containerd asks the mirror of ${host}`;
  return createOwnFile(toHostsPath(host), why, text);
}

function planPodmanFile({ hasContainers, mirrored, podmanFiles, stateOf }: TrustInput): readonly Planned[] {
  const path = PODMAN_REGISTRIES_PATH;
  if (mirrored === undefined) return [{ path, steps: [] }];
  if (!hasContainers) return [];
  return [{ path, ...planPodman({ mirrored, others: podmanFiles, state: stateOf(path) }) }];
}

/** The gateway looks under the name that an engine dials. */
function planAgentFiles(input: TrustInput, registry: InspectedRegistry): readonly Planned[] {
  return agentNamesOf(registry.host).flatMap((name) => planAgentDirectory(input, registry, name));
}

/** The leaf last, whenever anything changes: by it the gateway notices. */
function planAgentDirectory(
  input: TrustInput,
  registry: InspectedRegistry,
  name: string,
): readonly Planned[] {
  const { agentDir, stateOf } = input;
  const { host, material, own } = registry;
  const place = (file: AgentFile, why: string, text: string | undefined, isForced = false): Planned => {
    const path = toAgentPath(agentDir, name, file);
    const state = stateOf(path);
    if (text !== undefined)
      return { path, steps: planPlacement({ path, why, text }, { agentDir }, isForced ? {} : state) };
    return { path, steps: state.recorded === undefined ? [] : planTaking(state.recorded) };
  };
  const before = [
    place(
      AGENT_FILES.upstreamAuthority,
      `${host} is verified by its own authority, as engines do`,
      own.authorities,
    ),
    place(
      AGENT_FILES.client,
      `${host} is shown the client certificate that engines have`,
      own.client?.certificate,
    ),
    place(AGENT_FILES.clientKey, `the key of the client certificate for ${host}`, own.client?.key),
    place(AGENT_FILES.key, `the gateway's key for ${host}`, material.key),
  ];
  const isChanged = before.some(({ steps }) => steps.length > 0);
  const why = `the gateway's certificate for ${host}, until ${toDay(material.expiresAt)}`;
  return [...before, place(AGENT_FILES.leaf, why, material.chain, isChanged)];
}

const toDay = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** What was written for registries that are not inspected any more; the gateway ends before engines forget it. */
function planLeftOver({ records, stateOf }: TrustInput, wanted: ReadonlySet<string>): readonly Step[] {
  const left = records.filter(({ path }) => !wanted.has(path));
  return [
    ...left.filter(({ placed }) => placed?.agentDir !== undefined).flatMap(planTaking),
    ...left
      .filter(({ path }) => isTrustPath(path))
      .flatMap(
        ({ path }) => planUndo(createOwnFile(path, 'not inspected any more', ''), stateOf(path)).steps,
      ),
  ];
}
