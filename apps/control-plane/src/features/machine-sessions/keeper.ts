/** Keeps sessions of machines that are used alive, and takes out those whose sign-in has ended. */

import type { Kysely } from 'kysely';
import type { Database } from '../../database/schema.ts';
import type { SignIn } from '../../sign-in/sign-in.ts';
import type { ActivityLog, Actor } from '../activity/service.ts';
import { machineSessionEnded } from './events.ts';
import type { Refresher } from './refresher.ts';
import { deleteSession, isLive, listEndedSessions, listStale, setRefreshed } from './store.ts';

export interface Keeper {
  /** The machine has just been heard of. */
  noteUse(machineId: string): void;
  /** Extends what is used, ends what has ended. */
  sweep(): Promise<void>;
}

export interface KeeperDependencies {
  readonly db: Kysely<Database>;
  readonly clock: () => number;
  readonly signIn: SignIn;
  readonly activity: ActivityLog;
  readonly refresher: Refresher;
}

/** Once a day, as better-auth does for browsers: each is a write. */
const EXTEND_EVERY_MS = 86_400_000;
const CHUNK = 200;
const SERVER: Actor = { kind: 'system', id: 'system', from: { address: '' } };

export function createKeeper(dependencies: KeeperDependencies): Keeper {
  let used = new Set<string>();
  return {
    noteUse: (machineId) => {
      used.add(machineId);
    },
    sweep: async () => {
      const taken = [...used];
      used = new Set();
      for (let from = 0; from < taken.length; from += CHUNK) {
        await extend(dependencies, taken.slice(from, from + CHUNK));
      }
      await removeEnded(dependencies);
    },
  };
}

async function extend(
  { db, clock, signIn }: KeeperDependencies,
  machineIds: readonly string[],
): Promise<void> {
  const { internalAdapter, sessionConfig } = await signIn.auth().$context;
  for (const row of await listStale(db, machineIds, clock() - EXTEND_EVERY_MS)) {
    // An ended session is not brought back to life by a machine that was away.
    if (!isLive(row, clock())) continue;
    if (row.session_token !== null) {
      const expiresAt = new Date(clock() + sessionConfig.expiresIn * 1000);
      await internalAdapter.updateSession(row.session_token, { expiresAt, updatedAt: new Date(clock()) });
    }
    await setRefreshed(db, row.id, clock());
  }
}

async function removeEnded({ db, clock, activity, refresher }: KeeperDependencies): Promise<void> {
  for (;;) {
    const ended = await listEndedSessions(db, clock(), CHUNK);
    if (ended.length === 0) return;
    await db.transaction().execute(async (trx) => {
      for (const { id, organization_id } of ended) {
        const row = await deleteSession(trx, { id });
        if (row === undefined) continue;
        await activity.append(trx, organization_id, SERVER, machineSessionEnded(row, 'its sign-in'));
      }
    });
    await refresher.machines(
      ended.map((row) => ({ machineId: row.machine_id, organizationId: row.organization_id })),
    );
  }
}
