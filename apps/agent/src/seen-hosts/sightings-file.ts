/** Keeps sightings over a restart in one small file. What cannot be read is as good as nothing: it is seen again. */

import { readFile } from 'node:fs/promises';
import { SeenHostKind } from '@pullgate/protocol';
import { parseRegistryHost } from '@pullgate/reference';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { writeDurably } from '../data-dir/write-durably.ts';
import { NO_SIGHTINGS, SIGHTING_LIMITS, type SightingState } from './sightings.ts';

const Count = Type.Integer({ minimum: 1 });
const Time = Type.Integer({ minimum: 0 });

const StoredSightings = Type.Object(
  {
    v: Type.Literal(1),
    sightings: Type.Array(
      Type.Object({
        registry: Type.String(),
        host: Type.String(),
        kind: SeenHostKind,
        firstSeenAt: Time,
        lastSeenAt: Time,
        attempts: Count,
      }),
      { maxItems: SIGHTING_LIMITS.kept },
    ),
    overflow: Type.Object({
      day: Type.String(),
      registries: Type.Array(Type.Tuple([Type.String(), Count]), {
        maxItems: SIGHTING_LIMITS.overflowingRegistries,
      }),
    }),
  },
  { $id: 'StoredSightings' },
);

/** Never throws. */
export async function loadSightings(path: string): Promise<SightingState> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    return Value.Check(StoredSightings, value) ? toState(value) : NO_SIGHTINGS;
  } catch {
    return NO_SIGHTINGS;
  }
}

/** @throws system errors when the file cannot be written. */
export async function storeSightings(path: string, { sightings, overflow }: SightingState): Promise<void> {
  const { day, registries } = overflow;
  const stored: Static<typeof StoredSightings> = {
    v: 1,
    sightings: [...sightings],
    overflow: { day, registries: [...registries] },
  };
  await writeDurably(path, JSON.stringify(stored));
}

/** @throws InvalidReferenceError for a name that this agent cannot have written. */
function toState({ sightings, overflow }: Static<typeof StoredSightings>): SightingState {
  return {
    sightings: sightings.map(({ registry, host, ...rest }) => ({
      ...rest,
      registry: parseRegistryHost(registry),
      host: parseRegistryHost(host),
    })),
    overflow: { day: overflow.day, registries: new Map(overflow.registries) },
  };
}
