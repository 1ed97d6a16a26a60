/** The transaction that better-auth is in, as ours: what its callbacks write is then kept together with its own writes or not at all. */

import { AsyncLocalStorage } from 'node:async_hooks';
import type { Kysely, Transaction } from 'kysely';
import type { Database } from '../database/schema.ts';
import { ControlPlaneError } from '../errors.ts';

const current = new AsyncLocalStorage<Transaction<Database>>();

/** The database as better-auth gets it: a transaction that it begins can be asked for with {@link currentTransaction}. */
export function trackTransactions(db: Kysely<Database>): Kysely<Database> {
  return withTransaction(db, (work) => db.transaction().execute((trx) => current.run(trx, () => work(trx))));
}

/** A transaction of ours as better-auth gets it: what it would begin is part of the one that is there. */
export function joinTransaction(trx: Transaction<Database>): Kysely<Database> {
  return withTransaction(trx, (work) => current.run(trx, () => work(trx)));
}

/** @throws ControlPlaneError INTERNAL outside of a transaction */
export function currentTransaction(): Transaction<Database> {
  const trx = current.getStore();
  if (trx === undefined) throw new ControlPlaneError('INTERNAL', 'better-auth is in no transaction');
  return trx;
}

type Work = (trx: Transaction<Database>) => Promise<unknown>;

/** Kysely keeps private fields, which only the object itself can reach: every other method is bound to it. */
function withTransaction(db: Kysely<Database>, execute: (work: Work) => Promise<unknown>): Kysely<Database> {
  return new Proxy(db, {
    get(target, key) {
      if (key === 'transaction') return () => ({ execute });
      const value: unknown = Reflect.get(target, key, target);
      // `fn` is a function with functions on it; bound, it would lose them.
      const isMethod = typeof value === 'function' && Object.keys(value).length === 0;
      return isMethod ? value.bind(target) : value;
    },
  });
}
