/** Kysely over node:sqlite: one connection, prepared statements kept, transactions that take the write lock at once. */

import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import { isPassingWrite } from './passing-writes.ts';

/** Distinct statements of this program are some hundreds; the bound only stops growth without end. */
const MAX_STATEMENTS = 1000;

/** The caller opens and closes the database: `destroy` of Kysely closes it. */
export function createSqliteDialect(database: DatabaseSync): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => createDriver(database),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

function createDriver(database: DatabaseSync): Driver {
  const connection = createConnection(database);
  const run = async (sql: string) => {
    await connection.executeQuery(CompiledQuery.raw(sql));
  };
  return {
    init: async () => undefined,
    acquireConnection: async () => connection,
    releaseConnection: async () => undefined,
    beginTransaction: () => run('begin immediate'),
    commitTransaction: () => run('commit'),
    // A full disk makes SQLite roll back by itself: a second rollback would hide the reason behind an error of its own.
    rollbackTransaction: async () => {
      if (database.isTransaction) await run('rollback');
    },
    destroy: async () => database.close(),
  };
}

function createConnection(database: DatabaseSync): DatabaseConnection {
  const statements = new Map<string, StatementSync>();
  const prepare = (sql: string): StatementSync => {
    const known = statements.get(sql);
    if (known !== undefined) return known;
    const statement = database.prepare(sql);
    if (statements.size >= MAX_STATEMENTS) statements.clear();
    statements.set(sql, statement);
    return statement;
  };
  return {
    async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
      const run = () => runStatement<R>(prepare(query.sql), query.parameters.map(toSqlite));
      return isPassingWrite(query.query) ? withoutWaiting(database, run) : run();
    },
    async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
      for (const row of prepare(query.sql).iterate(...query.parameters.map(toSqlite))) {
        yield { rows: [row as R] };
      }
    },
  };
}

function runStatement<R>(statement: StatementSync, parameters: readonly SQLInputValue[]): QueryResult<R> {
  if (statement.columns().length > 0) return { rows: statement.all(...parameters) as R[] };
  const { changes, lastInsertRowid } = statement.run(...parameters);
  return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
}

/** The disk is not waited for; the next write that is kept for sure takes it along. In a transaction its commit decides. */
function withoutWaiting<T>(database: DatabaseSync, run: () => T): T {
  if (database.isTransaction) return run();
  database.exec('pragma synchronous = normal');
  try {
    return run();
  } finally {
    database.exec('pragma synchronous = full');
  }
}

function toSqlite(value: unknown): SQLInputValue {
  if (typeof value === 'boolean') return value ? 1 : 0;
  return (value ?? null) as SQLInputValue;
}
