/** Machines found by name, holder, system and state, in the order asked for. A scan of one organization's machines: some thousand rows. */

import { type Expression, type Kysely, type SqlBool, sql } from 'kysely';
import { type Static, Type } from 'typebox';
import type { Database } from '../../database/schema.ts';
import type { PageRequest } from '../../http/page.ts';
import { type InForce, OFFLINE_AFTER_MS } from './summary.ts';
import type { MachinesTable } from './tables.ts';

const oneOf = <const T extends string>(...words: T[]) =>
  Type.Unsafe<T>(Type.Union(words.map((word) => Type.Literal(word))));

/** Query members of the listing. */
export const machineQuery = {
  search: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
  state: Type.Optional(oneOf('online', 'offline', 'revoked')),
  /** On an older revision than the one in force. */
  behind: Type.Optional(Type.Boolean()),
  /** Of those, what refused the policy in force. */
  rejected: Type.Optional(Type.Boolean()),
  /** With an engine that goes past Pullgate. */
  unwired: Type.Optional(Type.Boolean()),
  signIn: Type.Optional(oneOf('satisfied', 'required', 'off', 'broken')),
  sort: Type.Optional(oneOf('name', 'seen', 'revision', 'enrolled')),
};

const Query = Type.Object(machineQuery);
export type MachineQuery = Static<typeof Query>;
type Sort = NonNullable<MachineQuery['sort']>;

/** What each order goes by; times and revisions that are not known stand as 0. */
const ORDERS = {
  name: { key: sql<string | number>`machines.name`, direction: 'asc' },
  seen: { key: sql<string | number>`coalesce(machines.last_seen_at, 0)`, direction: 'desc' },
  revision: { key: sql<string | number>`coalesce(machines.policy_revision, 0)`, direction: 'asc' },
  enrolled: { key: sql<string | number>`machines.enrolled_at`, direction: 'desc' },
} as const satisfies Record<Sort, unknown>;

export function keyKinds(sort: Sort = 'name'): readonly ('string' | 'number')[] {
  return [sort === 'name' ? 'string' : 'number', 'string'];
}

/** Where a row stands in an order. */
export function keyOf(row: MachinesTable, sort: Sort = 'name'): readonly (string | number)[] {
  const keys = {
    name: row.name,
    seen: row.last_seen_at ?? 0,
    revision: row.policy_revision ?? 0,
    enrolled: row.enrolled_at,
  };
  return [keys[sort], row.id];
}

export interface MachineSearch {
  readonly organizationId: string;
  readonly query: MachineQuery;
  readonly page: PageRequest;
  readonly now: number;
  readonly inForce: InForce;
}

/** One row more than the page holds. */
export async function listMatching(db: Kysely<Database>, search: MachineSearch): Promise<MachinesTable[]> {
  const { organizationId, query, page } = search;
  const { key, direction } = ORDERS[query.sort ?? 'name'];
  const { after } = page;
  return await db
    .selectFrom('machines')
    .leftJoin('user', 'user.id', 'machines.holder_id')
    .selectAll('machines')
    .where('machines.organization_id', '=', organizationId)
    .where('machines.forgotten_at', 'is', null)
    .where((eb) => eb.and(conditionsOf(search)))
    .$if(after !== undefined, (rows) =>
      rows.where((eb) =>
        eb(
          eb.refTuple(key as never, 'machines.id' as never),
          direction === 'asc' ? '>' : '<',
          eb.tuple(...((after ?? []) as [never, never])),
        ),
      ),
    )
    .orderBy(key, direction)
    .orderBy('machines.id', direction)
    .limit(page.limit + 1)
    .execute();
}

function conditionsOf({ query, now, inForce }: MachineSearch): Expression<SqlBool>[] {
  const { search, state, behind, rejected, unwired, signIn } = query;
  const live = sql<SqlBool>`machines.revoked_at is null`;
  const isBehind = sql<SqlBool>`coalesce(machines.policy_revision, 0) < ${inForce.revision}`;
  const hasRejected = sql<SqlBool>`coalesce(machines.rejected_at, 0) >= ${inForce.publishedAt}`;
  return [
    ...(search === undefined ? [] : [matches(search)]),
    ...(state === undefined ? [] : [isInState(state, now)]),
    ...(behind === true ? [live, isBehind] : []),
    ...(rejected === true ? [live, isBehind, hasRejected] : []),
    ...(unwired === true ? [live, has('engines', '"wired":false')] : []),
    ...(signIn === undefined ? [] : [live, saysOfSignIn(signIn)]),
  ];
}

function isInState(state: NonNullable<MachineQuery['state']>, now: number): Expression<SqlBool> {
  if (state === 'revoked') return sql`machines.revoked_at is not null`;
  const seen = sql<SqlBool>`coalesce(machines.last_seen_at, 0) >= ${now - OFFLINE_AFTER_MS}`;
  return state === 'online'
    ? sql`(machines.revoked_at is null and ${seen})`
    : sql`(machines.revoked_at is null and not ${seen})`;
}

/**
 * Whether a column's JSON holds a member with a value. No machine can feign it by its texts: in JSON a quotation mark within a
 * text stands behind a backslash, so that the mark before the colon always ends a name.
 */
function has(column: 'engines' | 'sign_in', member: string): Expression<SqlBool> {
  return sql`machines.${sql.ref(column)} like ${`%${member}%`}`;
}

function saysOfSignIn(signIn: NonNullable<MachineQuery['signIn']>): Expression<SqlBool> {
  const broken = has('sign_in', '"problem":');
  if (signIn === 'broken') return broken;
  const told = sql<SqlBool>`(${has('sign_in', `"state":"${signIn}"`)} and not ${broken})`;
  return signIn === 'off' ? sql`(machines.sign_in is null or ${told})` : told;
}

const SEARCHED = [
  'machines.name',
  'machines.os',
  'machines.arch',
  'machines.agent_version',
  'user.name',
  'user.email',
] as const;

function matches(text: string): Expression<SqlBool> {
  const pattern = `%${text.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
  const looks = SEARCHED.map((name) => sql`lower(${sql.ref(name)}) like ${pattern} escape '\\'`);
  return sql`(${sql.join(looks, sql` or `)})`;
}
