/** Makes the plan by which the gateway can end TLS for the inspected registries, and engines trust it there: state in, steps out. Pure. */

import { join } from 'node:path';
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
  /** Text of the note of the newest policy; absent: there is no policy. */
  readonly position?: string;
  readonly records: readonly RecordedFile[];
  readonly stateOf: (path: string) => FileState;
}

export interface TrustPlan extends Pick<Plan, 'steps' | 'notes'> {
  /** dockerd must restart to learn it. */
  readonly isHubNew: boolean;
}

export function planTrust(input: TrustInput): TrustPlan {
  const planned = [
    ...planHub(input),
    ...input.registries.flatMap((registry) => planRegistry(input, registry)),
  ];
  const wanted = new Set(planned.map(({ path }) => path));
  return {
    steps: [...planned.flatMap(({ steps }) => steps), ...planLeftOver(input, wanted)],
    notes: planned.flatMap(({ notes = [] }) => notes),
    isHubNew: input.hub.isNew,
  };
}

/** What becomes of one file that is wanted. */
interface Planned {
  readonly path: string;
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

/** Engines first: a leaf must not be shown to an engine that does not know its authority yet. */
function planRegistry(input: TrustInput, registry: InspectedRegistry): readonly Planned[] {
  const { host } = registry;
  return [
    ...(isDockerHub(host) ? [] : planCertificates(input, registry)),
    ...(input.hasContainerd ? [planHosts(input, host)] : []),
    ...planAgentFiles(input, registry),
  ];
}

function planCertificates(input: TrustInput, registry: InspectedRegistry): readonly Planned[] {
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

/** What others have said to containerd about the registry stays, mirrors above all. */
function planHosts(input: TrustInput, host: RegistryHost): Planned {
  const path = toHostsPath(host);
  const fallback = join(CONTAINERD_HOSTS, '_default', HOSTS_NAME);
  const { current, recorded } = input.stateOf(path);
  const isOthers = current !== undefined && recorded === undefined;
  const isHidden = recorded === undefined && input.stateOf(fallback).current !== undefined;
  const kept = isOthers ? path : isHidden ? fallback : undefined;
  if (kept === undefined) return planFile(input, createHosts(path, host));
  const certificate = toEnginePath(DOCKER_CERTIFICATES, host);
  return {
    path,
    steps: [],
    notes: [`${kept} is kept: containerd trusts the gateway for ${host} once it says ca = "${certificate}"`],
  };
}

/** containerd's registry host namespace, `docs/hosts.md` there. The empty table is for containerd 1.6, which refuses a file without one. */
function createHosts(path: string, host: RegistryHost): FileEdit {
  const server = isDockerHub(host) ? 'registry-1.docker.io' : host;
  const lines = [
    '# Made by "pullgate agent install"; "pullgate agent uninstall" takes it away.',
    `server = "https://${server}"`,
    `ca = "${toEnginePath(DOCKER_CERTIFICATES, host)}"`,
    '[host]',
  ];
  return createOwnFile(path, `containerd trusts the gateway for ${host}`, `${lines.join('\n')}\n`);
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
