/** Makes ids for entries out of their hosts. */

import type { PolicyDocument } from '@pullgate/policy';

/** An id has at most 64 characters; the rest is for the number. */
const MAX_STEM = 56;

/** Registries and denials share one space of ids. `quay.io` becomes `quay-io`, or `quay-io-2` when that is taken. */
export function createIdMaker({ registries, deny }: PolicyDocument): (registry: string) => string {
  const taken = new Set([...registries, ...deny].map((rule) => rule.id));
  /** Where to go on: thousands of hosts may begin alike, and counting from 2 for each would take minutes. */
  const nextOf = new Map<string, number>();
  const make = (stem: string) => {
    if (!taken.has(stem)) return stem;
    let next = nextOf.get(stem) ?? 2;
    while (taken.has(`${stem}-${next}`)) next += 1;
    nextOf.set(stem, next + 1);
    return `${stem}-${next}`;
  };
  return (registry) => {
    const id = make(stemOf(registry));
    taken.add(id);
    return id;
  };
}

function stemOf(registry: string): string {
  const slug = registry
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, MAX_STEM)
    .replace(/^-+|-+$/g, '');
  return slug === '' ? 'registry' : slug;
}
