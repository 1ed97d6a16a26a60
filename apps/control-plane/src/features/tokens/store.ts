/** SQL of API tokens. A token is kept as its hash; revoked ones stay, for the record. */

import type { Kysely, Transaction } from 'kysely';
import type { ApiTokensTable, Database } from '../../database/schema.ts';

export type TokenRow = ApiTokensTable & { readonly created_by: string | null };

export async function insertToken(trx: Transaction<Database>, row: ApiTokensTable): Promise<void> {
  await trx.insertInto('api_tokens').values(row).execute();
}

/** Tokens that are not revoked, newest first. */
export async function listTokens(
  db: Kysely<Database>,
  organizationId: string,
  after: { readonly createdAt: number; readonly id: string } | undefined,
  limit: number,
): Promise<TokenRow[]> {
  return await db
    .selectFrom('api_tokens')
    .leftJoin('user', 'user.id', 'api_tokens.user_id')
    .selectAll('api_tokens')
    .select('user.name as created_by')
    .where('organization_id', '=', organizationId)
    .where('revoked_at', 'is', null)
    .$if(after !== undefined, (query) =>
      query.where((eb) =>
        eb.or([
          eb('created_at', '<', after?.createdAt ?? 0),
          eb.and([eb('created_at', '=', after?.createdAt ?? 0), eb('api_tokens.id', '<', after?.id ?? '')]),
        ]),
      ),
    )
    .orderBy('created_at', 'desc')
    .orderBy('api_tokens.id', 'desc')
    .limit(limit)
    .execute();
}

export async function revokeToken(
  trx: Transaction<Database>,
  organizationId: string,
  id: string,
  at: number,
): Promise<ApiTokensTable | undefined> {
  return await trx
    .updateTable('api_tokens')
    .set({ revoked_at: at })
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .returningAll()
    .executeTakeFirst();
}

/** The token with its person, its organization and the person's role there; without the role, the token is worth nothing. */
export async function findByHash(db: Kysely<Database>, hash: string) {
  return await db
    .selectFrom('api_tokens')
    .innerJoin('user', 'user.id', 'api_tokens.user_id')
    .innerJoin('organization', 'organization.id', 'api_tokens.organization_id')
    .innerJoin('member', (join) =>
      join
        .onRef('member.userId', '=', 'api_tokens.user_id')
        .onRef('member.organizationId', '=', 'api_tokens.organization_id')
        .on('member.deactivatedAt', 'is', null),
    )
    .select([
      'api_tokens.id',
      'api_tokens.user_id',
      'api_tokens.scopes',
      'api_tokens.expires_at',
      'api_tokens.last_used_at',
      'api_tokens.revoked_at',
      'user.name',
      'user.email',
      'organization.id as organization_id',
      'organization.slug',
      'organization.name as organization_name',
      'member.role',
    ])
    .where('api_tokens.hash', '=', hash)
    .executeTakeFirst();
}

export async function noteUse(db: Kysely<Database>, id: string, at: number): Promise<void> {
  await db.updateTable('api_tokens').set({ last_used_at: at }).where('id', '=', id).execute();
}
