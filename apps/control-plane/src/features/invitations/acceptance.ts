/** How an invitation is accepted: by a new person, who sets a password, or by somebody signed in with the address that was invited. */

import type { Transaction } from 'kysely';
import type { Database } from '../../database/schema.ts';
import { ControlPlaneError } from '../../errors.ts';
import type { Origin } from '../../http/origin.ts';
import type { Role } from '../../http/principal.ts';
import type { PeopleChanges } from '../../people-changes.ts';
import { writer } from '../members/better-auth-rows.ts';
import type { Membership } from '../members/membership.ts';
import { findByCode, takeCode } from './code.ts';
import { invitationAccepted } from './events.ts';
import { type InvitationDependencies, isOpen, toTeams } from './service.ts';
import { findInvitation, findUserByEmail, type InvitationRow } from './store.ts';

export interface Found {
  readonly invitation: InvitationRow;
  /** Whether somebody has an account with this address. */
  readonly isKnown: boolean;
}

export interface Acceptance {
  find(code: string): Promise<Found | undefined>;
  /** A new account with a password. @throws ControlPlaneError INVITATION_INVALID, ACCOUNT_EXISTS */
  join(
    code: string,
    person: { readonly name: string; readonly password: string },
    from: Origin,
  ): Promise<string>;
  /** Somebody who is signed in. @throws ControlPlaneError INVITATION_INVALID, FORBIDDEN */
  joinAs(
    code: string,
    person: { readonly userId: string; readonly email: string },
    from: Origin,
  ): Promise<void>;
}

export interface AcceptanceDependencies extends InvitationDependencies {
  readonly membership: Membership;
  readonly peopleChanges: PeopleChanges;
}

export function createAcceptance(dependencies: AcceptanceDependencies): Acceptance {
  const { db, signIn, clock } = dependencies;
  return {
    async find(code) {
      const id = await findByCode(signIn, code, clock());
      const invitation = id === undefined ? undefined : await findInvitation(db, id);
      if (invitation === undefined || !isOpen(invitation, clock())) return undefined;
      return { invitation, isKnown: (await findUserByEmail(db, invitation.email)) !== undefined };
    },
    async join(code, person, from) {
      const { password } = await signIn.auth().$context;
      const hash = await password.hash(person.password);
      return await accept(dependencies, code, from, async (trx, { email }) => {
        if ((await findUserByEmail(trx, email)) !== undefined) {
          throw new ControlPlaneError('ACCOUNT_EXISTS', 'this address has an account: sign in first');
        }
        return await createUser(dependencies, trx, { email, name: person.name, hash });
      });
    },
    async joinAs(code, { userId, email }, from) {
      await accept(dependencies, code, from, async (_trx, invitation) => {
        if (invitation.email === email.toLowerCase()) return userId;
        throw new ControlPlaneError('FORBIDDEN', 'the invitation is for another address', {
          hint: 'sign out, and sign in with the address that was invited',
        });
      });
    },
  };
}

/** @returns the address that was invited */
async function accept(
  { db, activity, signIn, clock, membership, peopleChanges }: AcceptanceDependencies,
  code: string,
  from: Origin,
  toUserId: (trx: Transaction<Database>, invitation: InvitationRow) => Promise<string>,
): Promise<string> {
  const done = await db.transaction().execute(async (trx) => {
    const id = await takeCode(signIn, trx, code);
    const invitation = id === undefined ? undefined : await findInvitation(trx, id);
    if (invitation === undefined || !isOpen(invitation, clock())) throw invalid();
    const userId = await toUserId(trx, invitation);
    const person = { organizationId: invitation.organizationId, userId };
    const actor = { kind: 'user', id: userId, from } as const;
    await membership.add(trx, actor, person, invitation.role as Role);
    if (toTeams(invitation).length > 0) await membership.setTeams(trx, actor, person, toTeams(invitation));
    await signIn.within(trx, async (auth) => {
      const where = [{ field: 'id', value: invitation.id }];
      await (await writer(auth)).update({ model: 'invitation', where, update: { status: 'accepted' } });
    });
    await activity.append(trx, invitation.organizationId, actor, invitationAccepted(invitation, userId));
    return { ...person, email: invitation.email };
  });
  peopleChanges.publish({ organizationId: done.organizationId, userIds: [done.userId] });
  return done.email;
}

/** The address is verified: its mailbox is where the code came from. */
async function createUser(
  { signIn }: AcceptanceDependencies,
  trx: Transaction<Database>,
  { email, name, hash }: { readonly email: string; readonly name: string; readonly hash: string },
): Promise<string> {
  return await signIn.within(trx, async (auth) => {
    const { internalAdapter } = await auth.$context;
    const user = await internalAdapter.createUser(
      { email, name, emailVerified: true },
      { method: 'email-password' },
    );
    const account = { userId: user.id, providerId: 'credential', accountId: user.id, password: hash };
    await internalAdapter.linkAccount(account);
    return user.id;
  });
}

const invalid = () =>
  new ControlPlaneError('INVITATION_INVALID', 'the invitation was used, was taken back, or has expired', {
    hint: 'ask whoever invited you for a new one',
  });
