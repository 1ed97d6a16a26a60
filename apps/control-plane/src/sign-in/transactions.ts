/** The transaction that better-auth is in, as ours: what its callbacks write is then kept together with its own writes or not at all. */

import { AsyncLocalStorage } from 'node:async_hooks';
import type { Kysely, Transaction } from 'kysely';
import type { Database } from '../database/schema.ts';
import { ControlPlaneError } from '../errors.ts';

/** What is begun inside may outlive the transaction, and must not find one that has ended. */
interface Running {
  readonly trx: Transaction<Database>;
  hasEnded: boolean;
}

const current = new AsyncLocalStorage<Running>();

function running(): Transaction<Database> | undefined {
  const found = current.getStore();
  return found === undefined || found.hasEnded ? undefined : found.trx;
}

type Work = (trx: Transaction<Database>) => Promise<unknown>;

/** What better-auth does in the work is part of the transaction. */
export async function runIn<T>(
  trx: Transaction<Database>,
  work: (trx: Transaction<Database>) => Promise<T>,
): Promise<T> {
  const now: Running = { trx, hasEnded: false };
  try {
    return await current.run(now, () => work(trx));
  } finally {
    now.hasEnded = true;
  }
}

/**
 * The database as better-auth gets it: a transaction that it begins can be asked for with {@link currentTransaction}. Some of its plugins
 * keep to this object inside a transaction: they get the transaction too, since the one connection of an embedded database is taken.
 */
export function trackTransactions(db: Kysely<Database>): Kysely<Database> {
  return withTransaction(
    () => running() ?? db,
    async (work) => {
      const trx = running();
      return trx === undefined
        ? await db.transaction().execute((begun) => runIn(begun, work))
        : await work(trx);
    },
  );
}

/** A transaction of ours as better-auth gets it: what it would begin is part of the one that is there. */
export function joinTransaction(trx: Transaction<Database>): Kysely<Database> {
  return withTransaction(
    () => trx,
    (work) => runIn(trx, work),
  );
}

/** @throws ControlPlaneError INTERNAL outside of a transaction */
export function currentTransaction(): Transaction<Database> {
  const trx = running();
  if (trx === undefined) throw new ControlPlaneError('INTERNAL', 'better-auth is in no transaction');
  return trx;
}

/** Kysely keeps private fields, which only the object itself can reach: every other method is bound to it. */
function withTransaction(
  reach: () => Kysely<Database>,
  execute: (work: Work) => Promise<unknown>,
): Kysely<Database> {
  return new Proxy(reach(), {
    get(_target, key) {
      if (key === 'transaction') return () => ({ execute });
      const target = reach();
      const value: unknown = Reflect.get(target, key, target);
      // `fn` is a function with functions on it; bound, it would lose them.
      const isMethod = typeof value === 'function' && Object.keys(value).length === 0;
      return isMethod ? value.bind(target) : value;
    },
  });
}
