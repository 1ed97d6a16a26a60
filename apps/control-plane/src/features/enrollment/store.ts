/** SQL of enrolment tokens. A token is kept as its hash; used and revoked ones stay, for the record. */

import type { Kysely, Transaction } from 'kysely';
import type { Database } from '../../database/schema.ts';
import type { EnrollmentTokensTable } from './tables.ts';

export type TokenRow = EnrollmentTokensTable & { readonly created_by_name: string | null };

export async function insertToken(trx: Transaction<Database>, row: EnrollmentTokensTable): Promise<void> {
  await trx.insertInto('enrollment_tokens').values(row).execute();
}

/** Tokens that are not revoked, newest first; those used up or expired are shown as such. */
export async function listTokens(
  db: Kysely<Database>,
  organizationId: string,
  after: { readonly createdAt: number; readonly id: string } | undefined,
  limit: number,
): Promise<TokenRow[]> {
  return await db
    .selectFrom('enrollment_tokens')
    .leftJoin('user', 'user.id', 'enrollment_tokens.created_by')
    .selectAll('enrollment_tokens')
    .select('user.name as created_by_name')
    .where('organization_id', '=', organizationId)
    .where('revoked_at', 'is', null)
    .$if(after !== undefined, (query) =>
      query.where((eb) =>
        eb.or([
          eb('created_at', '<', after?.createdAt ?? 0),
          eb.and([
            eb('created_at', '=', after?.createdAt ?? 0),
            eb('enrollment_tokens.id', '<', after?.id ?? ''),
          ]),
        ]),
      ),
    )
    .orderBy('created_at', 'desc')
    .orderBy('enrollment_tokens.id', 'desc')
    .limit(limit)
    .execute();
}

/** Those that this person made and could still enrol a machine: one that was kept must not outlive their place. */
export async function revokeTokensOf(
  trx: Transaction<Database>,
  { organizationId, userId }: { readonly organizationId: string; readonly userId: string },
  at: number,
): Promise<EnrollmentTokensTable[]> {
  return await trx
    .updateTable('enrollment_tokens')
    .set({ revoked_at: at })
    .where('organization_id', '=', organizationId)
    .where('created_by', '=', userId)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', at)
    .whereRef('used', '<', 'uses')
    .returningAll()
    .execute();
}

export async function revokeToken(
  trx: Transaction<Database>,
  organizationId: string,
  id: string,
  at: number,
): Promise<EnrollmentTokensTable | undefined> {
  return await trx
    .updateTable('enrollment_tokens')
    .set({ revoked_at: at })
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .returningAll()
    .executeTakeFirst();
}

/** Takes one use in a single statement, so that of two at once only one gets the last. */
export async function takeUse(
  trx: Transaction<Database>,
  hash: string,
  now: number,
): Promise<EnrollmentTokensTable | undefined> {
  return await trx
    .updateTable('enrollment_tokens')
    .set((eb) => ({ used: eb('used', '+', 1) }))
    .where('hash', '=', hash)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', now)
    .whereRef('used', '<', 'uses')
    .returningAll()
    .executeTakeFirst();
}

export async function findToken(
  db: Kysely<Database>,
  hash: string,
): Promise<EnrollmentTokensTable | undefined> {
  return await db.selectFrom('enrollment_tokens').selectAll().where('hash', '=', hash).executeTakeFirst();
}

export async function findOrganization(trx: Kysely<Database>, id: string) {
  return await trx
    .selectFrom('organization')
    .select(['id', 'slug', 'name'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
}
