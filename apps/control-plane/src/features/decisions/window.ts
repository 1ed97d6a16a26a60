/**
 * Bounds what one page of decisions may read. One filter finds its records by an index; the others are tried on each of these,
 * and among a million records that may be long. So a page ends after some ten thousand, found or not, and the next goes on there.
 */

import { type Expression, type Kysely, type SqlBool, sql } from 'kysely';
import type { Database } from '../../database/schema.ts';
import { type DecisionFilter, SEARCHED } from './filter.ts';
import type { ListRequest, Place } from './list-request.ts';

/** Some tens of milliseconds, with a search in six texts of each. */
const SCANNED_AT_ONCE = 20_000;

type Condition = Expression<SqlBool>;

/** Columns by the names of filters. */
const COLUMNS = {
  verdict: 'verdict',
  effect: 'effect',
  registry: 'registry',
  repository: 'repository',
  machine: 'machine_id',
  person: 'user_id',
  action: 'action',
  point: 'point',
  reason: 'reason',
} as const satisfies Partial<Record<keyof DecisionFilter, string>>;
type Column = keyof typeof COLUMNS;

/** Which filters an index goes by, the one that finds least first. With none of them it goes by time alone. */
const DRIVERS: readonly (readonly Column[])[] = [
  ['machine'],
  ['person'],
  ['registry', 'verdict'],
  ['registry'],
  ['verdict'],
];

/** What most are is found as fast by time: only denials have an index. */
const isIndexed = (name: Column, filter: DecisionFilter) =>
  name === 'verdict' ? filter.verdict === 'deny' : filter[name] !== undefined;

function driverOf(filter: DecisionFilter): readonly Column[] {
  return DRIVERS.find((names) => names.every((name) => isIndexed(name, filter))) ?? [];
}

/** Everything that a request narrows the listing to, save the organization. */
export function conditionsOf(filter: DecisionFilter, bounds: Bounds): Condition[] {
  const driver = driverOf(filter);
  const rest = restOf(filter, driver).map((name) => withoutIndex(name, filter));
  const { q } = filter;
  return [...driven(filter, driver), ...within(bounds), ...rest, ...(q === undefined ? [] : [contains(q)])];
}

/** Between which places records are looked for; the one that is later is left out. */
export interface Bounds {
  readonly from?: Place;
  readonly before?: Place;
}

/**
 * One bound on either side, whatever a request names: of two, a database goes by the one that it takes first, and tries the
 * other on each record.
 * @param end of the window, which is never earlier than `since`
 */
export function boundsOf(
  { since, until, after }: Pick<ListRequest, 'since' | 'until' | 'after'>,
  end?: Place,
): Bounds {
  const from = end ?? (since === undefined ? undefined : beginOf(since));
  const before = [after, until === undefined ? undefined : beginOf(until)]
    .filter((place) => place !== undefined)
    .toSorted(([a], [b]) => a - b)[0];
  return { ...(from === undefined ? {} : { from }), ...(before === undefined ? {} : { before }) };
}

const beginOf = (at: number): Place => [at, 0, 0];

function within({ from, before }: Bounds): Condition[] {
  return [
    ...(from === undefined ? [] : [comparesTo('>=', from)]),
    ...(before === undefined ? [] : [comparesTo('<', before)]),
  ];
}

function restOf(filter: DecisionFilter, driver: readonly Column[]): Column[] {
  return (Object.keys(COLUMNS) as Column[]).filter(
    (name) => filter[name] !== undefined && !driver.includes(name),
  );
}

/** What the index finds by itself. A denial is written out, for the indexes hold denials alone. */
function driven(filter: DecisionFilter, driver: readonly Column[]): Condition[] {
  return driver.map((name) =>
    name === 'verdict'
      ? sql<SqlBool>`decisions.verdict = 'deny'`
      : sql<SqlBool>`${columnOf(name)} = ${filter[name]}`,
  );
}

const columnOf = (name: Column) => sql.ref(`decisions.${COLUMNS[name]}`);

/** An expression in place of the column: no database takes another index for it than the driver's. */
function withoutIndex(name: Column, filter: DecisionFilter): Condition {
  return sql`${columnOf(name)} || '' = ${filter[name]}`;
}

function contains(text: string): Condition {
  const pattern = `%${text.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
  const looks = SEARCHED.map(
    (name) => sql`lower(${sql.ref(`decisions.${name}`)}) like ${pattern} escape '\\'`,
  );
  return sql`(${sql.join(looks, sql` or `)})`;
}

function comparesTo(operator: '<' | '>=', [at, logId, seq]: Place): Condition {
  return sql`(decisions.at, decisions.log_id, decisions.seq) ${sql.raw(operator)} (${at}, ${logId}, ${seq})`;
}

/** Place of the last record that the page may look at; undefined when the index alone finds the page, or all is within reach. */
export async function findWindowEnd(db: Kysely<Database>, request: ListRequest): Promise<Place | undefined> {
  const { filter, organizationId } = request;
  const driver = driverOf(filter);
  if (filter.q === undefined && restOf(filter, driver).length === 0) return undefined;
  const last = await db
    .selectFrom('decisions')
    .select(['at', 'log_id', 'seq'])
    .where((eb) => eb.and([...driven(filter, driver), ...within(boundsOf(request))]))
    // A machine's index does not hold the organization, which would have to be looked up for each.
    .$if(!driver.includes('machine'), (query) => query.where('organization_id', '=', organizationId))
    .orderBy('at', 'desc')
    .orderBy('log_id', 'desc')
    .orderBy('seq', 'desc')
    .offset(SCANNED_AT_ONCE)
    .limit(1)
    .executeTakeFirst();
  return last === undefined ? undefined : [last.at, last.log_id, last.seq];
}
