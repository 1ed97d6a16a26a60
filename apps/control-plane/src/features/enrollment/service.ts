/** Enrolment tokens for owners, and the enrolment of machines by them. Leaves what an enrolled machine does to `machines`. */

import { createHash, randomBytes } from 'node:crypto';
import { toPublicJwk } from '@pullgate/bundle';
import {
  type CreateEnrollmentToken,
  type EnrollmentToken,
  type EnrollRequest,
  type EnrollResponse,
  OLDEST_PROTOCOL_VERSION,
  PROTOCOL_VERSION,
} from '@pullgate/protocol';
import type { Kysely, Transaction } from 'kysely';
import type { Database } from '../../database/schema.ts';
import { ControlPlaneError } from '../../errors.ts';
import type { Origin } from '../../http/origin.ts';
import { type Page, type PageRequest, toPage } from '../../http/page.ts';
import { toPrintable } from '../../printable.ts';
import type { ActivityLog, Actor } from '../activity/service.ts';
import { loadOrganizationKeys } from '../bundles/organization-keys.ts';
import { unsupportedProtocol } from '../machines/authenticate.ts';
import { machineEnrolled } from '../machines/events.ts';
import { findByKey, insertMachine, updateMachine } from '../machines/store.ts';
import type { MachinesTable } from '../machines/tables.ts';
import { enrollmentTokenCreated, enrollmentTokenRevoked } from './events.ts';
import {
  findOrganization,
  findToken,
  insertToken,
  listTokens,
  revokeToken,
  type TokenRow,
  takeUse,
} from './store.ts';
import type { EnrollmentTokensTable } from './tables.ts';

export interface EnrollmentService {
  /** The answer is the only one that carries the token. */
  create(
    organizationId: string,
    by: { readonly id: string; readonly name: string },
    actor: Actor,
    wish: CreateEnrollmentToken,
  ): Promise<EnrollmentToken>;
  list(organizationId: string, page: PageRequest): Promise<Page<EnrollmentToken>>;
  /** @throws ControlPlaneError NOT_FOUND */
  revoke(organizationId: string, actor: Actor, id: string): Promise<void>;
  /** @throws ControlPlaneError ENROLLMENT_TOKEN_INVALID, REQUEST_INVALID, PROTOCOL_UNSUPPORTED, KEYS_MISSING */
  enroll(request: EnrollRequest, from: Origin): Promise<EnrollResponse>;
}

export interface EnrollmentDependencies {
  readonly db: Kysely<Database>;
  readonly activity: ActivityLog;
  readonly clock: () => number;
  readonly newId: () => string;
}

/** Recognised by scanners for leaked secrets. */
const PREFIX = 'pge_';
const DEFAULT_LIFE_S = 3600;

export function createEnrollmentService(dependencies: EnrollmentDependencies): EnrollmentService {
  const { db, activity, clock } = dependencies;
  return {
    create: (organizationId, by, actor, wish) => create(dependencies, organizationId, by, actor, wish),
    list: async (organizationId, page) => {
      const [createdAt, id] = page.after ?? [];
      const after = createdAt === undefined ? undefined : { createdAt: Number(createdAt), id: String(id) };
      const rows = await listTokens(db, organizationId, after, page.limit + 1);
      return toPage(rows, page.limit, (row) => [row.created_at, row.id], toToken);
    },
    revoke: async (organizationId, actor, id) => {
      await db.transaction().execute(async (trx) => {
        const row = await revokeToken(trx, organizationId, id, clock());
        if (row === undefined) throw new ControlPlaneError('NOT_FOUND', 'no such enrolment token');
        await activity.append(trx, organizationId, actor, enrollmentTokenRevoked(row));
      });
    },
    enroll: (request, from) => enroll(dependencies, request, from),
  };
}

async function create(
  { db, activity, clock, newId }: EnrollmentDependencies,
  organizationId: string,
  by: { readonly id: string; readonly name: string },
  actor: Actor,
  wish: CreateEnrollmentToken,
): Promise<EnrollmentToken> {
  const token = `${PREFIX}${randomBytes(32).toString('base64url')}`;
  const row: EnrollmentTokensTable = {
    id: newId(),
    organization_id: organizationId,
    created_by: by.id,
    hash: hashOf(token),
    uses: wish.uses ?? 1,
    used: 0,
    ephemeral: wish.ephemeral === true ? 1 : 0,
    created_at: clock(),
    expires_at: clock() + (wish.expiresIn ?? DEFAULT_LIFE_S) * 1000,
    revoked_at: null,
  };
  await db.transaction().execute(async (trx) => {
    await insertToken(trx, row);
    await activity.append(trx, organizationId, actor, enrollmentTokenCreated(row));
  });
  return { ...toToken({ ...row, created_by_name: by.name }), token };
}

async function enroll(
  { db, activity, clock, newId }: EnrollmentDependencies,
  request: EnrollRequest,
  from: Origin,
): Promise<EnrollResponse> {
  if (request.protocol < OLDEST_PROTOCOL_VERSION) throw unsupportedProtocol();
  const publicKey = keyOf(request);
  const hash = hashOf(request.token);
  const { machine, organization } = await db.transaction().execute(async (trx) => {
    const token = await takeUse(trx, hash, clock());
    if (token === undefined) throw refused(await findToken(trx, hash), clock());
    const { row, again } = await saveMachine(trx, request, publicKey, token, { id: newId(), at: clock() });
    await activity.append(
      trx,
      token.organization_id,
      { kind: 'machine', id: row.id, from },
      machineEnrolled(row, again),
    );
    return { machine: row, organization: await findOrganization(trx, token.organization_id) };
  });
  const { recoveryKey, fingerprint } = await loadOrganizationKeys(db, organization.id);
  const protocol = Math.min(request.protocol, PROTOCOL_VERSION);
  return { machineId: machine.id, organization, recoveryKey, fingerprint, protocol };
}

function keyOf(request: EnrollRequest): string {
  try {
    return toPublicJwk(request.publicKey).x;
  } catch (cause) {
    throw new ControlPlaneError('REQUEST_INVALID', 'expected publicKey to be an Ed25519 key', { cause });
  }
}

/** Says what is wrong only to who has the token: an unknown one could be anybody's guess. */
function refused(token: EnrollmentTokensTable | undefined, now: number): ControlPlaneError {
  const reason =
    token === undefined
      ? 'is unknown'
      : token.revoked_at !== null
        ? 'was revoked'
        : token.expires_at <= now
          ? 'has expired'
          : 'was used up';
  return new ControlPlaneError('ENROLLMENT_TOKEN_INVALID', `the enrolment token ${reason}`, {
    hint: 'ask an owner for a new one: pullgate machine enroll',
  });
}

/** The same key is the same machine, enrolled again: its decisions and its name in rollouts go on. */
async function saveMachine(
  trx: Transaction<Database>,
  request: EnrollRequest,
  publicKey: string,
  token: EnrollmentTokensTable,
  fresh: { readonly id: string; readonly at: number },
): Promise<{ readonly row: MachinesTable; readonly again: boolean }> {
  const stated = {
    name: toPrintable(request.name),
    os: toPrintable(request.os),
    arch: toPrintable(request.arch),
    agent_version: toPrintable(request.agentVersion),
    protocol: Math.min(request.protocol, PROTOCOL_VERSION),
    ephemeral: token.ephemeral,
    enrollment_token_id: token.id,
    enrolled_at: fresh.at,
  };
  const known = await findByKey(trx, token.organization_id, publicKey);
  if (known !== undefined) {
    const changes = { ...stated, revoked_at: null, forgotten_at: null };
    await updateMachine(trx, known.id, changes);
    return { row: { ...known, ...changes }, again: true };
  }
  const row = {
    ...NEVER_SEEN,
    ...stated,
    id: fresh.id,
    organization_id: token.organization_id,
    public_key: publicKey,
  };
  await insertMachine(trx, row);
  return { row, again: false };
}

const NEVER_SEEN = {
  last_seen_at: null,
  revoked_at: null,
  forgotten_at: null,
  policy_epoch: null,
  policy_revision: null,
  acknowledged_at: null,
  assignment_sequence: null,
  rejected_code: null,
  rejected_at: null,
  points: '[]',
  engines: '[]',
  log_pending: null,
  log_dropped: null,
  sign_in: null,
  holder_id: null,
};

/**
 * Tokens are 256 random bits: a plain hash leaves nothing to guess, and looking it up by an index tells no time that would
 * help to guess the token.
 */
function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

function toToken(row: TokenRow): EnrollmentToken {
  return {
    id: row.id,
    uses: row.uses,
    used: row.used,
    ephemeral: row.ephemeral === 1,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    createdBy: { id: row.created_by, name: row.created_by_name ?? row.created_by },
  };
}
