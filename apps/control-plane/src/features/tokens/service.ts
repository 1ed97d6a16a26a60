/** API tokens: made, listed, revoked, and judged when one arrives. Kept hashed, so that a stolen database opens nothing. */

import { createHash, randomBytes } from 'node:crypto';
import type { ApiToken, CreateApiToken, ScopeName } from '@pullgate/protocol';
import type { Kysely } from 'kysely';
import type { ApiTokensTable, Database } from '../../database/schema.ts';
import { ControlPlaneError } from '../../errors.ts';
import { type Page, type PageRequest, toPage } from '../../http/page.ts';
import { isRole, type Principal, ROLE_SCOPES, withImplied } from '../../http/principal.ts';
import type { ActivityLog, Actor } from '../activity/service.ts';
import { tokenCreated, tokenRevoked } from './events.ts';
import { findByHash, insertToken, listTokens, noteUse, revokeToken, type TokenRow } from './store.ts';

export interface TokenService {
  /** The answer is the only one that carries the token. */
  create(organizationId: string, by: TokenOwner, actor: Actor, wish: CreateApiToken): Promise<ApiToken>;
  list(organizationId: string, page: PageRequest): Promise<Page<ApiToken>>;
  /** `ownerId`: only a token of this person. @throws ControlPlaneError NOT_FOUND */
  revoke(organizationId: string, actor: Actor, id: string, ownerId?: string): Promise<void>;
  /** @throws ControlPlaneError TOKEN_INVALID, TOKEN_EXPIRED */
  authenticate(token: string): Promise<Principal>;
}

/** Who asks for a token, with the scopes that they have to give. */
export interface TokenOwner {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly ScopeName[];
}

export interface TokenDependencies {
  readonly db: Kysely<Database>;
  readonly activity: ActivityLog;
  readonly clock: () => number;
  readonly newId: () => string;
  /** Called after the commit with the token's person. */
  readonly onRevoked?: (userId: string) => void;
}

/** Recognised by scanners for leaked secrets. */
const PREFIX = 'pgt_';
/** Whether this is an API token at all; what else comes as a bearer is the token of a session. */
export const isApiToken = (token: string): boolean => token.startsWith(PREFIX);

const DEFAULT_LIFE_S = 90 * 86400;
/** The time of last use is for people; writing it at every request would cost a disk write each. */
const NOTE_USE_EVERY_MS = 60_000;

export function createTokenService(dependencies: TokenDependencies): TokenService {
  const { db, activity, clock } = dependencies;
  return {
    create: (organizationId, by, actor, wish) => create(dependencies, organizationId, by, actor, wish),
    async list(organizationId, page) {
      const [createdAt, id] = page.after ?? [];
      const after = createdAt === undefined ? undefined : { createdAt: Number(createdAt), id: String(id) };
      const rows = await listTokens(db, organizationId, after, page.limit + 1);
      return toPage(rows, page.limit, (row) => [row.created_at, row.id], toToken);
    },
    async revoke(organizationId, actor, id, ownerId) {
      const { user_id } = await db.transaction().execute(async (trx) => {
        const row = await revokeToken(trx, organizationId, id, clock());
        if (row === undefined || (ownerId !== undefined && row.user_id !== ownerId)) {
          throw new ControlPlaneError('NOT_FOUND', 'no such token');
        }
        await activity.append(trx, organizationId, actor, tokenRevoked(row));
        return row;
      });
      dependencies.onRevoked?.(user_id);
    },
    authenticate: (token) => authenticate(dependencies, token),
  };
}

async function create(
  { db, activity, clock, newId }: TokenDependencies,
  organizationId: string,
  by: TokenOwner,
  actor: Actor,
  wish: CreateApiToken,
): Promise<ApiToken> {
  const scopes = wish.scopes ?? by.scopes;
  const excess = scopes.find((scope) => !by.scopes.includes(scope));
  if (excess !== undefined) {
    throw new ControlPlaneError('SCOPE_MISSING', `nobody gives away a scope they lack: ${excess}`);
  }
  const token = `${PREFIX}${randomBytes(32).toString('base64url')}`;
  const row: ApiTokensTable = {
    id: newId(),
    organization_id: organizationId,
    user_id: by.id,
    name: wish.name,
    hash: hashOf(token),
    start: token.slice(0, PREFIX.length + 4),
    scopes: JSON.stringify(scopes),
    created_at: clock(),
    expires_at: clock() + (wish.expiresIn ?? DEFAULT_LIFE_S) * 1000,
    last_used_at: null,
    revoked_at: null,
  };
  await db.transaction().execute(async (trx) => {
    await insertToken(trx, row);
    await activity.append(trx, organizationId, actor, tokenCreated(row));
  });
  return { ...toToken({ ...row, created_by: by.name }), token };
}

async function authenticate({ db, clock }: TokenDependencies, token: string): Promise<Principal> {
  const row = token.startsWith(PREFIX) ? await findByHash(db, hashOf(token)) : undefined;
  if (row === undefined || row.revoked_at !== null || !isRole(row.role)) {
    throw new ControlPlaneError('TOKEN_INVALID', 'the API token is unknown or was revoked');
  }
  const now = clock();
  if (row.expires_at !== null && row.expires_at <= now) {
    throw new ControlPlaneError('TOKEN_EXPIRED', 'the API token has expired', { hint: 'create another one' });
  }
  if (now - (row.last_used_at ?? 0) > NOTE_USE_EVERY_MS) await noteUse(db, row.id, now);
  const owned = ROLE_SCOPES[row.role];
  const scopes = withImplied(JSON.parse(row.scopes) as ScopeName[]).filter((scope) => owned.includes(scope));
  return {
    kind: 'token',
    userId: row.user_id,
    name: row.name,
    email: row.email,
    organization: { id: row.organization_id, slug: row.slug, name: row.organization_name },
    role: row.role,
    scopes,
    tokenId: row.id,
    ...(row.expires_at === null ? {} : { expiresAt: row.expires_at }),
  };
}

/** Tokens are 256 random bits: a plain hash leaves nothing to guess. */
function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

function toToken(row: TokenRow): ApiToken {
  return {
    id: row.id,
    name: row.name,
    start: row.start,
    scopes: JSON.parse(row.scopes) as string[],
    createdAt: row.created_at,
    ...(row.expires_at === null ? {} : { expiresAt: row.expires_at }),
    ...(row.last_used_at === null ? {} : { lastUsedAt: row.last_used_at }),
    createdBy: { id: row.user_id, name: row.created_by ?? row.user_id },
  };
}
