/** What SQLite's planner goes by: the shape of a fleet's decisions, told instead of measured. */

import type { DatabaseSync } from 'node:sqlite';

/**
 * Rows of a table, then how many share the first column of the index, the first two, and so on. Without them SQLite takes the
 * index by time as soon as a time is given from both sides, and reads all that lies between. Measured ones would come too late
 * for a server that began empty, and would change the plans from one day to the next.
 */
const DECISIONS: Readonly<Record<string, string>> = {
  decisions: '1000000 200 1',
  decisions_page: '1000000 1000000 1',
  decisions_denied: '150000 150000 1',
  decisions_machine: '1000000 200 1',
  decisions_registry: '1000000 1000000 500 1',
  decisions_person: '1000000 1000000 500 1',
  decisions_denied_registry: '150000 150000 75 1',
};

/** After the migrations: it names their indexes. Connections that are opened later go by it too. */
export function tellStatistics(database: DatabaseSync): void {
  // Makes the table of statistics, at the price of counting some ten rows.
  database.exec('analyze migrations');
  const insert = database.prepare('insert into sqlite_stat1 (tbl, idx, stat) values (?, ?, ?)');
  database.exec('begin immediate');
  database.exec("delete from sqlite_stat1 where tbl = 'decisions'");
  for (const [index, statistics] of Object.entries(DECISIONS)) insert.run('decisions', index, statistics);
  database.exec('commit');
  // Reads them in.
  database.exec('analyze sqlite_schema');
}
