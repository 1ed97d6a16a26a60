/**
 * Remembers which tags led to which manifests (semantics 2): an allow that lists tags lets a manifest by digest pass when one of its
 * tags, or an index reached from one, resolved to it within a day. Leaves reading responses to learn.ts, keeping it over a restart to keep-tags.ts.
 */

import type { Digest, Tag } from '@pullgate/reference';
import { detach } from './detached-text.ts';

/** Tags that led to one manifest. */
export interface KnownManifest {
  /** `<scope>@<digest>` */
  readonly key: string;
  /** Each with the time until which it counts, milliseconds since the epoch. */
  readonly tags: readonly (readonly [Tag, number])[];
}

export interface TagMemory {
  /** `scope` names registry and repository. */
  learn(scope: string, digest: Digest, tags: readonly Tag[]): void;
  /** Tags that led to the manifest within the last day. */
  tagsOf(scope: string, digest: Digest): readonly Tag[];
  /** What counts now, oldest first; of more tags than `most` the newest. */
  state(most: number): readonly KnownManifest[];
  /** Takes in what an earlier run knew, oldest first. What would count for longer than a day was written under another clock, and is left out. */
  restore(known: readonly KnownManifest[]): void;
}

const KEEP_MS = 24 * 60 * 60 * 1000;
/** Tags of all manifests together, some 30 MB; the manifests longest not asked for go first, and whoever needs one asks for its tag again. */
const MAX_ENTRIES = 50_000;
/** More tags than this on one manifest are one repository's doing. */
export const MAX_TAGS = 64;

/**
 * @param now milliseconds since the epoch
 * @param onLearned runs after each thing learned
 */
export function createTagMemory(now: () => number, onLearned: () => void = () => undefined): TagMemory {
  const manifests = new Map<string, Map<Tag, number>>();
  let entries = 0;
  const keyOf = (scope: string, digest: Digest): string => `${scope}@${digest}`;

  function forgetBeyond(): void {
    for (const [key, known] of manifests) {
      if (entries <= MAX_ENTRIES) return;
      manifests.delete(key);
      entries -= known.size;
    }
  }
  return {
    learn(scope, digest, tags) {
      if (tags.length === 0) return;
      const key = keyOf(scope, digest);
      const found = manifests.get(key);
      const known = found ?? new Map<Tag, number>();
      entries -= known.size;
      for (const tag of tags) {
        const kept = known.has(tag) ? tag : detach(tag);
        known.delete(tag);
        known.set(kept, now() + KEEP_MS);
      }
      dropOldest(known, MAX_TAGS);
      entries += known.size;
      manifests.delete(key);
      manifests.set(found === undefined ? detach(key) : key, known);
      forgetBeyond();
      onLearned();
    },
    tagsOf(scope, digest) {
      const known = manifests.get(keyOf(scope, digest)) ?? new Map<Tag, number>();
      return [...known].filter(([, until]) => until > now()).map(([tag]) => tag);
    },
    state(most) {
      const newest: KnownManifest[] = [];
      let left = most;
      for (const [key, known] of [...manifests].reverse()) {
        const tags = [...known].filter(([, until]) => until > now());
        left -= tags.length;
        if (left < 0) break;
        if (tags.length > 0) newest.push({ key, tags });
      }
      return newest.reverse();
    },
    restore(known) {
      for (const { key, tags } of known) {
        const counting = tags.filter(([, until]) => until > now() && until <= now() + KEEP_MS);
        if (counting.length === 0 || manifests.has(key)) continue;
        manifests.set(key, new Map(counting));
        entries += counting.length;
      }
      forgetBeyond();
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
