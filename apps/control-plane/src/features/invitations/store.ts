/** SQL of invitations. Their rows belong to better-auth and are only read here. */

import type { Kysely } from 'kysely';
import type { InvitationTable } from '../../database/people-schema.ts';
import type { Database } from '../../database/schema.ts';

type Db = Kysely<Database>;

export interface InvitationRow extends InvitationTable {
  readonly inviterName: string;
  readonly inviterEmail: string;
  readonly organizationName: string;
  readonly organizationSlug: string;
}

const select = (db: Db) =>
  db
    .selectFrom('invitation')
    .innerJoin('user', 'user.id', 'invitation.inviterId')
    .innerJoin('organization', 'organization.id', 'invitation.organizationId')
    .selectAll('invitation')
    .select([
      'user.name as inviterName',
      'user.email as inviterEmail',
      'organization.name as organizationName',
      'organization.slug as organizationSlug',
    ]);

export async function findInvitation(db: Db, id: string): Promise<InvitationRow | undefined> {
  return await select(db).where('invitation.id', '=', id).executeTakeFirst();
}

/** Those that can still be accepted, oldest first. */
export async function listOpen(
  db: Db,
  organizationId: string,
  now: string,
  after: { readonly createdAt: string; readonly id: string } | undefined,
  limit: number,
): Promise<InvitationRow[]> {
  let query = select(db)
    .where('invitation.organizationId', '=', organizationId)
    .where('invitation.status', '=', 'pending')
    .where('invitation.expiresAt', '>', now);
  if (after !== undefined) {
    query = query.where((eb) =>
      eb.or([
        eb('invitation.createdAt', '>', after.createdAt),
        eb.and([eb('invitation.createdAt', '=', after.createdAt), eb('invitation.id', '>', after.id)]),
      ]),
    );
  }
  return await query.orderBy('invitation.createdAt').orderBy('invitation.id').limit(limit).execute();
}

export async function findOpenFor(
  db: Db,
  organizationId: string,
  email: string,
  now: string,
): Promise<string | undefined> {
  const row = await db
    .selectFrom('invitation')
    .select('id')
    .where('organizationId', '=', organizationId)
    .where('email', '=', email)
    .where('status', '=', 'pending')
    .where('expiresAt', '>', now)
    .executeTakeFirst();
  return row?.id;
}

export async function findUserByEmail(db: Db, email: string): Promise<{ readonly id: string } | undefined> {
  return await db.selectFrom('user').select('id').where('email', '=', email).executeTakeFirst();
}
