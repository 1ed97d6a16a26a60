/** Invitations: made, sent, taken back by those who manage people. Leaves accepting them to `acceptance.ts`. */

import type { CreateInvitation, Invitation } from '@pullgate/protocol';
import type { Kysely, Transaction } from 'kysely';
import type { Database } from '../../database/schema.ts';
import { ControlPlaneError } from '../../errors.ts';
import { type Page, type PageRequest, toPage } from '../../http/page.ts';
import type { Member } from '../../http/principal.ts';
import type { Mailer } from '../../mail/mailer.ts';
import type { SignIn } from '../../sign-in/sign-in.ts';
import type { ActivityLog, Actor } from '../activity/service.ts';
import { writer } from '../members/better-auth-rows.ts';
import { refuseOwnerRole } from '../members/service.ts';
import { findPlace, listTeams } from '../members/store.ts';
import { dropCodes, issueCode } from './code.ts';
import { invitationCreated, invitationResent, invitationRevoked } from './events.ts';
import { toMail } from './mail.ts';
import { findInvitation, findOpenFor, findUserByEmail, type InvitationRow, listOpen } from './store.ts';

export interface InvitationService {
  list(organizationId: string, page: PageRequest): Promise<Page<Invitation>>;
  /** The answer carries the address at which it is accepted. @throws ControlPlaneError MEMBER_EXISTS, INVITATION_EXISTS, TEAM_UNKNOWN, FORBIDDEN */
  create(by: Member, actor: Actor, wish: CreateInvitation): Promise<Invitation>;
  /** Makes a new address; the one before leads nowhere. @throws ControlPlaneError NOT_FOUND */
  resend(by: Member, actor: Actor, id: string): Promise<Invitation>;
  /** @throws ControlPlaneError NOT_FOUND */
  revoke(by: Member, actor: Actor, id: string): Promise<void>;
}

export interface InvitationDependencies {
  readonly db: Kysely<Database>;
  readonly activity: ActivityLog;
  readonly signIn: SignIn;
  readonly clock: () => number;
  readonly publicUrl: () => string;
  readonly mailer: Mailer;
}

/** A week covers a holiday; a link that is forgotten in a mailbox is of no use after it. */
const LIFE_MS = 7 * 86_400_000;

export function createInvitationService(dependencies: InvitationDependencies): InvitationService {
  const { db, clock } = dependencies;
  return {
    async list(organizationId, page) {
      const [createdAt, id] = page.after ?? [];
      const after = createdAt === undefined ? undefined : { createdAt: String(createdAt), id: String(id) };
      const now = new Date(clock()).toISOString();
      const rows = await listOpen(db, organizationId, now, after, page.limit + 1);
      return toPage(rows, page.limit, (row) => [row.createdAt, row.id], toInvitation);
    },
    create: (by, actor, wish) => create(dependencies, by, actor, wish),
    resend: (by, actor, id) => resend(dependencies, by, actor, id),
    revoke: (by, actor, id) => revoke(dependencies, by, actor, id),
  };
}

async function create(
  dependencies: InvitationDependencies,
  by: Member,
  actor: Actor,
  wish: CreateInvitation,
): Promise<Invitation> {
  refuseOwnerRole(by, wish.role);
  const { db, activity, signIn, clock } = dependencies;
  const email = wish.email.toLowerCase();
  const expiresAt = new Date(clock() + LIFE_MS);
  const made = await db.transaction().execute(async (trx) => {
    await refuseKnown(dependencies, trx, by.organization.id, email);
    const teams = await requireTeams(trx, by.organization.id, wish.teams ?? []);
    const id = await signIn.within(trx, async (auth) => {
      const data = {
        organizationId: by.organization.id,
        email,
        role: wish.role,
        teamId: teams.join(','),
        status: 'pending',
        expiresAt,
        createdAt: new Date(clock()),
        inviterId: by.userId,
      };
      return (
        await (
          await writer(auth)
        ).create<{ id: string } & Record<string, unknown>>({ model: 'invitation', data })
      ).id;
    });
    const row = await requireOpen(trx, by.organization.id, id, clock());
    await activity.append(trx, by.organization.id, actor, invitationCreated(row, teams));
    return { row, code: await issueCode(signIn, trx, id, expiresAt) };
  });
  return send(dependencies, made);
}

async function resend(
  dependencies: InvitationDependencies,
  by: Member,
  actor: Actor,
  id: string,
): Promise<Invitation> {
  const { db, activity, signIn, clock } = dependencies;
  const made = await db.transaction().execute(async (trx) => {
    const row = await requireOpen(trx, by.organization.id, id, clock());
    refuseOwnerRole(by, row.role ?? undefined);
    await activity.append(trx, by.organization.id, actor, invitationResent(row, toTeams(row)));
    return { row, code: await issueCode(signIn, trx, id, new Date(row.expiresAt)) };
  });
  return send(dependencies, made);
}

async function revoke(
  { db, activity, signIn, clock }: InvitationDependencies,
  by: Member,
  actor: Actor,
  id: string,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const row = await requireOpen(trx, by.organization.id, id, clock());
    await signIn.within(trx, async (auth) => {
      const rows = await writer(auth);
      const where = [{ field: 'id', value: id }];
      await rows.update({ model: 'invitation', where, update: { status: 'canceled' } });
    });
    await dropCodes(signIn, trx, id);
    await activity.append(trx, by.organization.id, actor, invitationRevoked(row, toTeams(row)));
  });
}

function send(
  { mailer, publicUrl }: InvitationDependencies,
  { row, code }: { readonly row: InvitationRow; readonly code: string },
): Invitation {
  const url = `${publicUrl()}/invitation?code=${code}`;
  mailer.send(toMail(row, url));
  return { ...toInvitation(row), url };
}

async function refuseKnown(
  { clock }: InvitationDependencies,
  trx: Transaction<Database>,
  organizationId: string,
  email: string,
): Promise<void> {
  const user = await findUserByEmail(trx, email);
  if (user !== undefined && (await findPlace(trx, { organizationId, userId: user.id })) !== undefined) {
    throw new ControlPlaneError('MEMBER_EXISTS', 'this person is a member already', {
      hint: 'change the role instead, or activate the person again',
    });
  }
  const open = await findOpenFor(trx, organizationId, email, new Date(clock()).toISOString());
  if (open === undefined) return;
  throw new ControlPlaneError('INVITATION_EXISTS', 'this address has an open invitation', {
    hint: 'send it again, or revoke it first',
  });
}

async function requireTeams(
  trx: Transaction<Database>,
  organizationId: string,
  wanted: readonly string[],
): Promise<readonly string[]> {
  const known = new Set((await listTeams(trx, organizationId)).map(({ slug }) => slug));
  const unknown = wanted.find((slug) => !known.has(slug));
  if (unknown === undefined) return [...new Set(wanted)];
  throw new ControlPlaneError('NOT_FOUND', `there is no team ${unknown}`, { hint: 'make it first' });
}

async function requireOpen(
  trx: Transaction<Database>,
  organizationId: string,
  id: string,
  now: number,
): Promise<InvitationRow> {
  const row = await findInvitation(trx, id);
  if (row?.organizationId === organizationId && isOpen(row, now)) return row;
  throw new ControlPlaneError('NOT_FOUND', 'no such open invitation');
}

export const isOpen = (row: InvitationRow, now: number): boolean =>
  row.status === 'pending' && Date.parse(row.expiresAt) > now;

export const toTeams = (row: InvitationRow): readonly string[] =>
  (row.teamId ?? '').split(',').filter((slug) => slug !== '');

function toInvitation(row: InvitationRow): Invitation {
  return {
    id: row.id,
    email: row.email,
    role: row.role as Invitation['role'],
    teams: [...toTeams(row)],
    invitedBy: { id: row.inviterId, name: row.inviterName, email: row.inviterEmail },
    createdAt: Date.parse(row.createdAt),
    expiresAt: Date.parse(row.expiresAt),
  };
}
