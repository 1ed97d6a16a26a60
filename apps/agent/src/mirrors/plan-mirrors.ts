/** Makes the plan by which Podman, Buildah and Skopeo ask the mirrors of the policy: state in, steps out. Pure. */

import type { MirroredRegistry } from '@pullgate/policy';
import { createOwnFile } from '../install/file-edit.ts';
import { type FileState, planEdit, type Step } from '../install/plan.ts';
import { PODMAN_REGISTRIES_PATH } from './podman-path.ts';
import { formatPodmanRegistries, parsePodmanRegistries } from './podman-registries.ts';

export interface PodmanInput {
  readonly mirrored: readonly MirroredRegistry[];
  /** `registries.conf` and the files beside it, without ours. */
  readonly others: readonly { readonly path: string; readonly text: string }[];
  readonly state: FileState;
}

export interface PodmanPlan {
  /** Whether the file is wanted; one that is not goes with whatever else is left over. */
  readonly isWanted: boolean;
  readonly steps: readonly Step[];
  readonly notes: readonly string[];
}

/** What others have said about a registry stays, and wins. */
export function planPodman({ mirrored, others, state }: PodmanInput): PodmanPlan {
  const found = others.map(({ path, text }) => ({ path, ...parsePodmanRegistries(text) }));
  const older = found.find(({ isVersion1 }) => isVersion1);
  if (older !== undefined && mirrored.length > 0) {
    return {
      isWanted: false,
      steps: [],
      notes: [`${older.path} is of version 1, so that Podman is told of no mirror`],
    };
  }
  const ownerOf = (origin: string) => found.find(({ prefixes }) => prefixes.includes(origin));
  const ours = mirrored.filter(({ origin }) => ownerOf(origin) === undefined);
  const notes = mirrored.flatMap(({ origin }) => {
    const owner = ownerOf(origin);
    return owner === undefined ? [] : [`${owner.path} is kept: it says where Podman finds ${origin}`];
  });
  if (ours.length === 0) return { isWanted: false, steps: [], notes };
  const text = formatPodmanRegistries(ours, !found.some(({ isSearching }) => isSearching));
  const why = `Podman, Buildah and Skopeo ask the mirror of ${ours.map(({ origin }) => origin).join(', ')}`;
  return { isWanted: true, steps: planEdit(createOwnFile(PODMAN_REGISTRIES_PATH, why, text), state), notes };
}
