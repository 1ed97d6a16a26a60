/** Which entries of the draft a listing shows, and in which order. Pure. */

import type { RegistryEntry } from '@pullgate/policy';
import type { RegistryItem } from '@pullgate/protocol';
import { formatHostPattern, parseHostPattern } from '@pullgate/reference';

export interface RegistryRow {
  readonly entry: RegistryEntry;
  readonly state: RegistryItem['state'];
}

export interface RegistryFilter {
  /** Part of a host, a name, an id, a repository or a team. */
  readonly search?: string;
  /** A host or host pattern, in any of the ways it may be written: only entries for this one. */
  readonly registry?: string;
  /** `document` when left out. `registry`: by host, so that what is removed and added stays where people look for it. */
  readonly sort?: 'document' | 'registry';
}

export function selectRows(
  rows: readonly RegistryRow[],
  { search, registry, sort }: RegistryFilter,
): readonly RegistryRow[] {
  const text = search?.toLowerCase();
  const key = registry === undefined ? undefined : keyOf(registry);
  const found = rows.filter(
    ({ entry }) =>
      (text === undefined || wordsOf(entry).some((word) => word.toLowerCase().includes(text))) &&
      (registry === undefined || (key !== undefined && keyOf(entry.registry) === key)),
  );
  return sort === 'registry' ? found.toSorted(byRegistry) : found;
}

function wordsOf({ registry, name = '', id, repositories = [], teams = [] }: RegistryEntry): string[] {
  return [registry, name, id, ...repositories, ...teams];
}

/** Undefined for what is no host. */
function keyOf(registry: string): string | undefined {
  try {
    return formatHostPattern(parseHostPattern(registry));
  } catch {
    return undefined;
  }
}

function byRegistry({ entry: a }: RegistryRow, { entry: b }: RegistryRow): number {
  if (a.registry !== b.registry) return a.registry < b.registry ? -1 : 1;
  return a.id < b.id ? -1 : Number(a.id > b.id);
}
