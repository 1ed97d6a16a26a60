/** Brings changes of people to machines: writes their new assignments in batches, then announces those that differ. */

import type { Kysely } from 'kysely';
import type { Database } from '../../database/schema.ts';
import type { MachineRef } from '../bundles/assignment-content.ts';
import type { Assignments } from '../bundles/assignments.ts';
import { listConcerned } from './concerned.ts';

export interface Refresher {
  /** Returns at once; what comes while a round is under way joins the next one. */
  people(userIds: readonly string[]): void;
  machines(machines: readonly MachineRef[]): Promise<void>;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

/** Machines written in one transaction, between which other requests get their turn: some 20 ms. */
const CHUNK = 50;

export function createRefresher(
  { db, assignments }: { readonly db: Kysely<Database>; readonly assignments: Assignments },
  onError: (error: unknown) => void,
): Refresher {
  let waiting = new Set<string>();
  let underWay: Promise<void> | undefined;
  const machines = async (refs: readonly MachineRef[]): Promise<void> => {
    for (let from = 0; from < refs.length; from += CHUNK) {
      const changed = await db.transaction().execute(async (trx) => {
        const these: MachineRef[] = [];
        for (const ref of refs.slice(from, from + CHUNK)) {
          if ((await assignments.refresh(trx, ref)).isChanged) these.push(ref);
        }
        return these;
      });
      for (const ref of changed) await assignments.announce(ref);
    }
  };
  const run = async (): Promise<void> => {
    while (waiting.size > 0) {
      const taken = [...waiting];
      waiting = new Set();
      await listConcerned(db, taken).then(machines).catch(onError);
    }
  };
  return {
    people: (userIds) => {
      for (const id of userIds) waiting.add(id);
      underWay ??= run().finally(() => {
        underWay = undefined;
      });
    },
    machines,
    idle: async () => await underWay,
  };
}
