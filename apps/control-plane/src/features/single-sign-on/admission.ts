/**
 * Lets in, or refuses, a person whom an identity provider has vouched for: in better-auth's transaction, so that account,
 * membership, teams, session and their Activity entries come together or not at all.
 *
 * The address must be of a domain that this organization has proved, and the provider must say that it is verified. By that alone
 * an account that exists is linked. Domains are ours, never what better-auth or the provider holds of them.
 */

import type { GroupMapping } from '@pullgate/protocol';
import type { Transaction } from 'kysely';
import type { Database, MemberTable } from '../../database/schema.ts';
import { isRole, type Role } from '../../http/principal.ts';
import type { Identity, SingleSignOnHooks } from '../../sign-in/hooks.ts';
import type { SignIn } from '../../sign-in/sign-in.ts';
import { currentTransaction } from '../../sign-in/transactions.ts';
import type { Actor } from '../activity/service.ts';
import { domainOfEmail } from '../domains/domain-name.ts';
import { findVerifiedOwner } from '../domains/store.ts';
import type { Membership, MembershipSource, PersonIn } from '../members/membership.ts';
import { countOtherOwners, findPlace, listTeamsOf } from '../members/store.ts';
import { parseGroups, placeOf } from './groups.ts';
import { type ConnectionRow, findByProvider, findLinked, findUserByEmail } from './store.ts';

export interface AdmissionDependencies {
  readonly signIn: SignIn;
  readonly membership: Membership;
}

type Trx = Transaction<Database>;
type Outcome = Awaited<ReturnType<SingleSignOnHooks['admit']>>;

export function createAdmission(dependencies: AdmissionDependencies): SingleSignOnHooks {
  return { admit: (identity) => admit(dependencies, currentTransaction(), identity) };
}

async function admit(dependencies: AdmissionDependencies, trx: Trx, identity: Identity): Promise<Outcome> {
  const connection = await findByProvider(trx, identity.providerId);
  if (connection === undefined) return { refused: 'sso_off' };
  const { claims, subject, providerId } = identity;
  const email = typeof claims.email === 'string' ? claims.email.toLowerCase() : '';
  const refused = await refuseAddress(trx, connection, email, claims.email_verified);
  if (refused !== undefined) return { refused };
  if (hidesGroups(claims, connection.groups_claim)) return { refused: 'too_many_groups' };
  const known = (await findLinked(trx, providerId, subject)) ?? (await findUserByEmail(trx, email));
  const organizationId = connection.organization_id;
  const place = known === undefined ? undefined : await findPlace(trx, { organizationId, userId: known });
  if (place !== undefined && place.deactivatedAt !== null) return { refused: 'deactivated' };
  if (place === undefined && connection.just_in_time !== 1) return { refused: 'not_a_member' };
  const userId =
    known ?? (await dependencies.signIn.findOrCreateUser({ email, name: nameOf(claims, email) })).id;
  const actor: Actor = { kind: 'user', id: userId, from: identity.from };
  await settle(dependencies, trx, actor, connection, { organizationId, userId }, place, claims);
  return { organizationId, userId };
}

/** Whoever can make an account with any address at the provider would else come in as somebody of another domain. */
async function refuseAddress(
  trx: Trx,
  { organization_id }: ConnectionRow,
  email: string,
  isVerified: unknown,
): Promise<string | undefined> {
  const domain = domainOfEmail(email);
  if (domain === undefined) return 'no_email';
  if ((await findVerifiedOwner(trx, domain))?.organization_id !== organization_id) return 'foreign_domain';
  // Some providers send text; "false" is text, too.
  return isVerified === true || isVerified === 'true' ? undefined : 'email_unverified';
}

/** Entra ID leaves the groups out when there are many, and names another place instead. Reading that as "none" would take teams away. */
function hidesGroups(claims: Readonly<Record<string, unknown>>, groupsClaim: string): boolean {
  const names = claims._claim_names;
  return typeof names === 'object' && names !== null && groupsClaim in names;
}

function nameOf(claims: Readonly<Record<string, unknown>>, email: string): string {
  const { name } = claims;
  return typeof name === 'string' && name.trim() !== ''
    ? name.trim().slice(0, 200)
    : (email.split('@')[0] ?? email);
}

async function settle(
  { membership }: AdmissionDependencies,
  trx: Trx,
  actor: Actor,
  connection: ConnectionRow,
  person: PersonIn,
  place: MemberTable | undefined,
  claims: Readonly<Record<string, unknown>>,
): Promise<void> {
  const rules = {
    mappings: JSON.parse(connection.mappings) as GroupMapping[],
    defaultRole: toRole(connection.default_role),
  };
  const groups = parseGroups(claims[connection.groups_claim]);
  const teams = (await listTeamsOf(trx, person)).map(({ slug }) => slug);
  const now = place === undefined ? undefined : { role: toRole(place.role), teams, source: sourceOf(place) };
  const next = placeOf(rules, groups, now);
  if (place === undefined) await membership.add(trx, actor, person, next.role, 'sso');
  else if (await mayChange(trx, person, now?.role, next.role)) {
    await membership.changeRole(trx, actor, person, next.role);
  }
  await membership.setTeams(trx, actor, person, next.teams);
}

/** The last owner stays one, whatever the groups say: an organization without owner cannot be helped. */
async function mayChange(trx: Trx, person: PersonIn, from: Role | undefined, to: Role): Promise<boolean> {
  return from !== 'owner' || to === 'owner' || (await countOtherOwners(trx, person)) > 0;
}

const toRole = (role: string): Role => (isRole(role) ? role : 'member');
const sourceOf = ({ source }: MemberTable): MembershipSource =>
  source === 'sso' || source === 'scim' ? source : 'manual';
