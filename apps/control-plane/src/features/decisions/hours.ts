/** Counts the attempts of a batch by the hour. Knows the attempts that are still open; leaves writing to `hours-store.ts`. */

import { ATTEMPT_GAP_MS, attemptKeyOf } from './attempts.ts';
import type { AttemptHoursTable, DecisionsTable, Outcome } from './tables.ts';

export const HOUR_MS = 3600_000;

/** The hours that a batch adds to, by registry too. */
export type CountedHour = AttemptHoursTable & { readonly registry: string };

export interface HourCounter {
  /** `keep` is called once the counts are kept: a batch that was rolled back comes again, and counts then. */
  count(rows: readonly DecisionsTable[]): { readonly hours: CountedHour[]; readonly keep: () => void };
}

/**
 * Open attempts that are remembered, some megabytes. One that is forgotten, or that a restart cuts, counts twice: the counts are
 * for charts, and looking each record up among a million would cost every batch.
 */
const MAX_OPEN = 20_000;

export function createHourCounter(): HourCounter {
  const lastAt = new Map<string, number>();
  const keep = (seen: ReadonlyMap<string, number>) => {
    for (const [key, at] of seen) {
      const known = lastAt.get(key) ?? 0;
      lastAt.delete(key);
      lastAt.set(key, Math.max(at, known));
    }
    for (const key of lastAt.keys()) {
      if (lastAt.size <= MAX_OPEN) break;
      lastAt.delete(key);
    }
  };
  return {
    count: (rows) => {
      const seen = new Map<string, number>();
      const hours = new Map<string, CountedHour>();
      for (const row of rows.toSorted((a, b) => a.at - b.at)) {
        const outcome = outcomeOf(row);
        const key = `${outcome} ${attemptKeyOf(row)}`;
        const before = seen.get(key) ?? lastAt.get(key);
        seen.set(key, row.at);
        const begins = before === undefined || Math.abs(row.at - before) > ATTEMPT_GAP_MS;
        addTo(hours, row, outcome, begins ? 1 : 0);
      }
      return { hours: [...hours.values()], keep: () => keep(seen) };
    },
  };
}

export function outcomeOf({ verdict, effect }: Pick<DecisionsTable, 'verdict' | 'effect'>): Outcome {
  if (verdict === 'allow') return 'allowed';
  return effect === 'forward' ? 'observed' : 'denied';
}

function addTo(
  hours: Map<string, CountedHour>,
  { organization_id, registry, at }: DecisionsTable,
  outcome: Outcome,
  begun: number,
): void {
  const hour = at - (at % HOUR_MS);
  const key = JSON.stringify([hour, outcome, registry]);
  const { attempts, records } = hours.get(key) ?? { attempts: 0, records: 0 };
  hours.set(key, {
    organization_id,
    hour,
    outcome,
    registry,
    attempts: attempts + begun,
    records: records + 1,
  });
}
