/**
 * Remembers which tags led to which manifests (semantics 2): an allow that lists tags lets a manifest by digest pass when one of its
 * tags, or an index reached from one, resolved to it within a day. Leaves reading responses to learn.ts.
 */

import type { Digest, Tag } from '@pullgate/reference';

export interface TagMemory {
  /** `scope` names registry and repository. */
  learn(scope: string, digest: Digest, tags: readonly Tag[]): void;
  /** Tags that led to the manifest within the last day. */
  tagsOf(scope: string, digest: Digest): readonly Tag[];
}

const KEEP_MS = 24 * 60 * 60 * 1000;
/** Some 20 MB; the oldest go first, and whoever needs one asks for its tag again. */
const MAX_MANIFESTS = 50_000;
/** More tags than this on one manifest are one repository's doing. */
const MAX_TAGS = 64;

/** @param now milliseconds since the epoch */
export function createTagMemory(now: () => number): TagMemory {
  const manifests = new Map<string, Map<Tag, number>>();
  const keyOf = (scope: string, digest: Digest): string => `${scope}@${digest}`;
  return {
    learn(scope, digest, tags) {
      if (tags.length === 0) return;
      const key = keyOf(scope, digest);
      const known = manifests.get(key) ?? new Map<Tag, number>();
      for (const tag of tags) {
        known.delete(tag);
        known.set(tag, now() + KEEP_MS);
      }
      dropOldest(known, MAX_TAGS);
      manifests.delete(key);
      manifests.set(key, known);
      dropOldest(manifests, MAX_MANIFESTS);
    },
    tagsOf(scope, digest) {
      const known = manifests.get(keyOf(scope, digest)) ?? new Map<Tag, number>();
      return [...known].filter(([, until]) => until > now()).map(([tag]) => tag);
    },
  };
}

/** A map keeps the order in which keys were set. */
function dropOldest<K, V>(map: Map<K, V>, most: number): void {
  for (const key of map.keys()) {
    if (map.size <= most) return;
    map.delete(key);
  }
}
