/**
 * Remembers which hosts registries were seen to use: each once, with when and how often, in bounded memory. Leaves the disk to
 * `sightings-file.ts`, and whether a host is worth remembering to the caller.
 */

import type { SeenHostKind } from '@pullgate/protocol';
import type { RegistryHost } from '@pullgate/reference';

export interface SightingLimits {
  readonly perRegistryAndDay: number;
  readonly perDay: number;
  readonly kept: number;
  readonly overflowingRegistries: number;
}

/**
 * A registry that lies may name a new host with every answer. What honest ones move to in a day is a handful; the rest is
 * counted, not kept. `kept` is five days of a machine whose registries all lie, some 200 KB.
 */
export const SIGHTING_LIMITS: SightingLimits = {
  perRegistryAndDay: 20,
  perDay: 200,
  kept: 1000,
  overflowingRegistries: 100,
};

/** As owner screens count attempts: what is seen again within it counts once. */
const ATTEMPT_MS = 30_000;

export interface Sighting {
  readonly registry: RegistryHost;
  readonly host: RegistryHost;
  readonly kind: SeenHostKind;
  /** Milliseconds since the Unix epoch. */
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
  readonly attempts: number;
}

/** What was not kept on one day (UTC): how often each registry named a host beyond the limits. */
export interface SightingOverflow {
  readonly day: string;
  readonly registries: ReadonlyMap<string, number>;
}

export interface SightingState {
  readonly sightings: readonly Sighting[];
  readonly overflow: SightingOverflow;
}

/** `again` is a further attempt; `same` belongs to one that is counted already. */
export type SightingOutcome = 'new' | 'again' | 'same' | 'overflow';

export interface Sightings {
  add(registry: RegistryHost, host: RegistryHost, kind: SeenHostKind, at: number): SightingOutcome;
  state(): SightingState;
}

export const NO_SIGHTINGS: SightingState = { sightings: [], overflow: { day: '', registries: new Map() } };

type SeenOnce = Readonly<Record<'registry' | 'host' | 'kind', string>>;

/** One sighting's place among the others; hosts hold no space. */
export function keyOf({ registry, host, kind }: SeenOnce): string {
  return `${registry} ${host} ${kind}`;
}

export function createSightings(state: SightingState = NO_SIGHTINGS, limits = SIGHTING_LIMITS): Sightings {
  const kept = new Map(state.sightings.map((sighting) => [keyOf(sighting), sighting]));
  let { day, registries } = { ...state.overflow, registries: new Map(state.overflow.registries) };

  let today = countDay(kept.values(), '');
  const isFull = (registry: RegistryHost, at: number): boolean => {
    if (today.day !== dayOf(at)) today = countDay(kept.values(), dayOf(at));
    const ofRegistry = today.byRegistry.get(registry) ?? 0;
    return today.total >= limits.perDay || ofRegistry >= limits.perRegistryAndDay;
  };
  const overflow = (registry: RegistryHost, at: number): void => {
    if (day !== dayOf(at)) [day, registries] = [dayOf(at), new Map()];
    if (!registries.has(registry) && registries.size >= limits.overflowingRegistries) return;
    registries.set(registry, (registries.get(registry) ?? 0) + 1);
  };
  const insert = (sighting: Sighting): void => {
    if (kept.size >= limits.kept) kept.delete(keyOf(leastRecent(kept.values())));
    kept.set(keyOf(sighting), sighting);
    countIn(today, sighting.registry);
  };
  return {
    add: (registry, host, kind, at) => {
      const found = kept.get(keyOf({ registry, host, kind }));
      if (found !== undefined) {
        const isSame = attemptOf(found.lastSeenAt) === attemptOf(at);
        const attempts = found.attempts + Number(!isSame);
        kept.set(keyOf(found), { ...found, attempts, lastSeenAt: Math.max(found.lastSeenAt, at) });
        return isSame ? 'same' : 'again';
      }
      if (isFull(registry, at)) {
        overflow(registry, at);
        return 'overflow';
      }
      insert({ registry, host, kind, firstSeenAt: at, lastSeenAt: at, attempts: 1 });
      return 'new';
    },
    state: () => ({ sightings: [...kept.values()], overflow: { day, registries: new Map(registries) } }),
  };
}

/** What was seen for the first time on one day. */
interface DayCount {
  readonly day: string;
  total: number;
  readonly byRegistry: Map<string, number>;
}

function countDay(sightings: Iterable<Sighting>, day: string): DayCount {
  const count: DayCount = { day, total: 0, byRegistry: new Map() };
  for (const { registry, firstSeenAt } of sightings) if (dayOf(firstSeenAt) === day) countIn(count, registry);
  return count;
}

function countIn(count: DayCount, registry: string): void {
  count.total += 1;
  count.byRegistry.set(registry, (count.byRegistry.get(registry) ?? 0) + 1);
}

function attemptOf(at: number): number {
  return Math.floor(at / ATTEMPT_MS);
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

function leastRecent(sightings: Iterable<Sighting>): Sighting {
  return [...sightings].reduce((oldest, one) => (one.lastSeenAt < oldest.lastSeenAt ? one : oldest));
}
