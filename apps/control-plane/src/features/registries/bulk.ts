/** Judges many registries that are to be added at once: new, listed already, or not valid and why. Pure; leaves storing to the service. */

import { type PolicyDocument, PolicyError, type RegistryEntry, validatePolicy } from '@pullgate/policy';
import type { BulkAddRegistries, BulkAddResult } from '@pullgate/protocol';
import { formatHostPattern, InvalidReferenceError, parseHostPattern } from '@pullgate/reference';
import { createIdMaker } from './ids.ts';

export type BulkEntry = BulkAddRegistries['entries'][number];

export interface JudgedBulk {
  readonly entries: readonly RegistryEntry[];
  readonly results: BulkAddResult['results'];
}

/** An entry that names a host a second time is there already, by the first. */
export function judgeBulk(wishes: readonly BulkEntry[], document: PolicyDocument): JudgedBulk {
  const idOf = new Map(document.registries.map(({ registry, id }) => [keyOf(registry), id]));
  const makeId = createIdMaker(document);
  const entries: RegistryEntry[] = [];
  const results = wishes.map((wish) => {
    const registry = wish.registry.trim();
    try {
      const key = keyOf(registry, wish.insecure);
      const known = idOf.get(key);
      if (known !== undefined) return { registry, outcome: 'exists' as const, id: known };
      const entry = validated({ allow: ['pull', 'push'], ...wish, registry }, makeId, document);
      entries.push(entry);
      idOf.set(key, entry.id);
      return { registry, outcome: 'added' as const, id: entry.id };
    } catch (error) {
      return { registry, outcome: 'invalid' as const, reason: reasonOf(error) };
    }
  });
  return { entries, results };
}

/** Two ways to write a host are one. */
function keyOf(registry: string, insecure?: boolean): string {
  return formatHostPattern(parseHostPattern(registry, { insecure: insecure === true }));
}

/** By the rules of a whole policy, of which it is the only entry. The id is taken once the entry is known to be valid. */
function validated(
  wish: Omit<BulkEntry, 'allow'> & { readonly allow: unknown },
  makeId: (registry: string) => string,
  { version, organization, mode }: PolicyDocument,
): RegistryEntry {
  const fields = Object.fromEntries(Object.entries(wish).filter(([, value]) => value !== undefined));
  const alone = { version, organization, mode, registries: [{ id: 'entry', ...fields }] };
  const [entry] = validatePolicy(alone, { force: true }).registries;
  if (entry === undefined) throw new Error('a policy of one entry has come out empty');
  return { ...entry, id: makeId(entry.registry) };
}

function reasonOf(error: unknown): string {
  if (error instanceof PolicyError) return error.problems.map(({ message }) => message).join('; ');
  if (error instanceof InvalidReferenceError) return error.message;
  throw error;
}
