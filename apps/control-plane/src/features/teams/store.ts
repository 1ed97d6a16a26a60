/** SQL of teams. Their rows belong to better-auth and are only read here. */

import type { Kysely } from 'kysely';
import type { Database } from '../../database/schema.ts';

type Db = Kysely<Database>;

const teams = (db: Db, organizationId: string) =>
  db
    .selectFrom('team')
    .select(['team.id', 'team.slug', 'team.name', 'team.createdAt'])
    .select((eb) =>
      eb
        .selectFrom('teamMember')
        .select(({ fn }) => fn.countAll().as('count'))
        .whereRef('teamMember.teamId', '=', 'team.id')
        .as('members'),
    )
    .where('team.organizationId', '=', organizationId);

export type TeamRow = Awaited<ReturnType<ReturnType<typeof teams>['execute']>>[number];

export async function findTeam(db: Db, organizationId: string, slug: string): Promise<TeamRow | undefined> {
  return await teams(db, organizationId).where('team.slug', '=', slug).executeTakeFirst();
}

export async function findTeamSlugs(db: Db, organizationId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('team')
    .select('slug')
    .where('organizationId', '=', organizationId)
    .execute();
  return rows.map(({ slug }) => slug);
}

export async function listTeamRows(
  db: Db,
  organizationId: string,
  after: string | undefined,
  limit: number,
): Promise<TeamRow[]> {
  return await teams(db, organizationId)
    .$if(after !== undefined, (query) => query.where('team.slug', '>', after ?? ''))
    .orderBy('team.slug')
    .limit(limit)
    .execute();
}

export async function listTeamMembers(db: Db, teamId: string): Promise<string[]> {
  const rows = await db.selectFrom('teamMember').select('userId').where('teamId', '=', teamId).execute();
  return rows.map(({ userId }) => userId);
}
