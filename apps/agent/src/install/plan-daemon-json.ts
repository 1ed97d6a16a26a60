/** Plans dockerd's configuration file, of which wiring owns the proxies and trust the mirrors: what one leaves alone stays. Pure. */

import type { MirroredRegistry } from '@pullgate/policy';
import { isDockerHub } from '@pullgate/reference';
import { toLocation, toOriginUrl } from '../mirrors/mirror-text.ts';
import { createDaemonJsonEdit, type DaemonSettings, parseDaemonJson } from './daemon-json.ts';
import type { DaemonConfig } from './docker-engine.ts';
import { type FileState, planEdit, planUndo, type Step } from './plan.ts';

export interface DaemonJsonInput {
  readonly config: DaemonConfig;
  /** Proxies that are wanted, none of them for an empty object; absent: those that were written stay. */
  readonly proxies?: DaemonSettings;
  /** Registries that have mirrors; absent: those that were written stay. */
  readonly mirrored?: readonly MirroredRegistry[];
  readonly state: FileState;
}

export interface DaemonJsonPlan {
  readonly steps: readonly Step[];
  readonly notes: readonly string[];
  /** dockerd reads proxies when it starts. */
  readonly isProxyChanged: boolean;
  /** dockerd reads mirrors anew when it is told to (SIGHUP). */
  readonly isMirrorChanged: boolean;
}

/** @throws InstallError DAEMON_JSON_INVALID */
export function planDaemonJson(input: DaemonJsonInput): DaemonJsonPlan {
  const { config, state } = input;
  const { path } = config;
  const recorded = JSON.parse(state.recorded?.ours ?? '{}') as DaemonSettings;
  const ours = { ...toProxies(input, recorded), ...toMirrors(input, recorded) };
  const edit = createDaemonJsonEdit(path, ours);
  const isWanted = Object.keys(ours).length > 0;
  const { steps, notes } = isWanted ? { steps: planEdit(edit, state), notes: [] } : planUndo(edit, state);
  const before = parseDaemonJson(state.current, path);
  const after = parseDaemonJson(toAfter(steps, state.current), path);
  const isOther = (a: unknown, b: unknown): boolean => JSON.stringify(a) !== JSON.stringify(b);
  return {
    steps,
    notes: [...notes, ...toMirrorNotes(input, ours, after.mirrors)],
    isProxyChanged: isOther(before.proxies, after.proxies),
    isMirrorChanged: isOther(before.mirrors, after.mirrors),
  };
}

function toAfter(steps: readonly Step[], current: string | undefined): string | undefined {
  const change = steps.find(({ kind }) => kind === 'write' || kind === 'remove');
  return change === undefined ? current : change.kind === 'write' ? change.after : undefined;
}

function toProxies({ proxies }: DaemonJsonInput, recorded: DaemonSettings): DaemonSettings {
  if (proxies !== undefined) return proxies;
  const { 'registry-mirrors': _, ...kept } = recorded;
  return kept;
}

/** dockerd knows mirrors of Docker Hub alone, and no prefix. */
function toMirrors({ config, mirrored }: DaemonJsonInput, recorded: DaemonSettings): DaemonSettings {
  const kept = recorded['registry-mirrors'] ?? [];
  const urls =
    mirrored === undefined
      ? kept
      : findHubMirrors(mirrored)
          .filter(({ prefix }) => prefix === undefined)
          .map(toOriginUrl);
  return urls.length === 0 || config.hasMirrorFlag ? {} : { 'registry-mirrors': urls };
}

const findHubMirrors = (mirrored: readonly MirroredRegistry[]) =>
  mirrored.find(({ origin }) => isDockerHub(origin))?.mirrors ?? [];

function toMirrorNotes(
  { config, mirrored = [] }: DaemonJsonInput,
  ours: DaemonSettings,
  after: readonly string[],
): readonly string[] {
  const mirrors = findHubMirrors(mirrored);
  const others = after.filter((url) => !(ours['registry-mirrors'] ?? []).includes(url));
  return [
    ...mirrors
      .filter(({ prefix }) => prefix !== undefined)
      .map(
        (mirror) =>
          `Docker asks no mirror below a prefix: ${toLocation(mirror)} is for containerd and Podman alone`,
      ),
    ...(mirrors.length > 0 && config.hasMirrorFlag
      ? [
          `dockerd is started with --registry-mirror, beside which it takes no "registry-mirrors" from ${config.path}`,
        ]
      : []),
    ...(ours['registry-mirrors'] !== undefined && others.length > 0
      ? [
          `"registry-mirrors" of ${config.path} are kept behind the mirror of the policy: ${others.join(', ')}`,
        ]
      : []),
  ];
}
