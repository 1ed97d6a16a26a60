/** Counts attempts that a change turns, by registry. Pure; leaves judging to its caller. */

import type { Impact } from '@pullgate/protocol';
import { ATTEMPT_GAP_MS, type AttemptKey, attemptKeyOf } from '../decisions/attempts.ts';

/** How the change turns an attempt. */
export type Turn = 'denied' | 'allowed' | 'same';

export interface TurnCounter {
  /** Takes the next record, oldest first. */
  add(row: CountedRow, turn: Turn): void;
  impact(): Omit<Impact, 'hours'>;
}

export type CountedRow = AttemptKey & { readonly at: number; readonly machine_name: string };

interface Group {
  readonly registry: string;
  readonly machine: string;
  readonly person: string | null;
  lastAt: number;
  turn: Turn;
}

interface Tally {
  attempts: number;
  readonly machines: Set<string>;
  readonly people: Set<string>;
}

/** Counts attempts of records that come oldest first; an attempt is turned when any of its records is. */
export function createTurnCounter(): TurnCounter {
  const open = new Map<string, Group>();
  const denied = new Map<string, Tally>();
  const allowed = new Map<string, Tally>();
  let attempts = 0;
  const close = ({ registry, machine, person, turn }: Group) => {
    if (turn === 'same') return;
    const tallies = turn === 'denied' ? denied : allowed;
    const tally = tallies.get(registry) ?? { attempts: 0, machines: new Set(), people: new Set() };
    tallies.set(registry, tally);
    tally.attempts += 1;
    tally.machines.add(machine);
    if (person !== null) tally.people.add(person);
  };
  return {
    add: (row: CountedRow, turn: Turn) => {
      const key = attemptKeyOf(row);
      const group = open.get(key);
      if (group !== undefined && row.at - group.lastAt <= ATTEMPT_GAP_MS) {
        group.lastAt = row.at;
        if (group.turn === 'same' || turn === 'denied') group.turn = turn;
        return;
      }
      if (group !== undefined) close(group);
      const { registry, machine_name: machine, user_id: person, at: lastAt } = row;
      open.set(key, { registry, machine, person, lastAt, turn });
      attempts += 1;
    },
    impact: () => {
      for (const group of open.values()) close(group);
      open.clear();
      return { attempts, denied: toRows(denied), allowed: toRows(allowed) };
    },
  };
}

/** Most attempts first. */
function toRows(tallies: ReadonlyMap<string, Tally>): Impact['denied'] {
  return [...tallies]
    .map(([registry, { attempts, machines, people }]) => ({
      registry,
      attempts,
      machines: [...machines].sort(),
      people: [...people].sort(),
    }))
    .sort((a, b) => b.attempts - a.attempts || (a.registry < b.registry ? -1 : 1));
}
