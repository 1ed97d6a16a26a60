/** What a directory changes here: which account a person gets, and membership, role and teams as the directory says. */

import type { GroupMapping } from '@pullgate/protocol';
import type { Kysely, Transaction } from 'kysely';
import type { Database } from '../../database/schema.ts';
import { ControlPlaneError } from '../../errors.ts';
import type { ProvisionedPerson, ProvisioningHooks } from '../../sign-in/hooks.ts';
import { currentTransaction } from '../../sign-in/transactions.ts';
import type { Membership, PersonIn } from '../members/membership.ts';
import { isActiveSomewhere } from '../members/store.ts';
import { findTeamSlugs } from '../teams/store.ts';
import { decideRole, decideTeams, grantsOfGroup, roleOf, teamsOf, toGrants } from './grants.ts';
import { actorOfRun, currentRun, isInRun, noteChanged } from './run.ts';
import { scimConflict } from './scim-error.ts';
import {
  emailOf,
  findAccount,
  findConnection,
  findPlace,
  hasVerified,
  isElsewhere,
  type Place,
} from './store.ts';

export function createProvisioning(db: Kysely<Database>, membership: Membership): ProvisioningHooks {
  return {
    resolvePerson: (organizationId, email) => resolvePerson(db, organizationId, email),
    grantsOf: async (organizationId, group) =>
      grantsOfGroup(await mappingsOf(currentTransaction(), organizationId), group),
    reconcilePerson: (state) => inWordsOfScim(() => reconcilePerson(membership, state)),
    keepsSessions: async (userId) => isInRun() && (await isActiveSomewhere(currentTransaction(), userId)),
  };
}

const mappingsOf = async (db: Kysely<Database>, organizationId: string): Promise<readonly GroupMapping[]> =>
  (await findConnection(db, organizationId))?.mappings ?? [];

const domainOf = (email: string): string => email.slice(email.lastIndexOf('@') + 1).toLowerCase();

/** An organization that could claim any account by its address would take over people of others on the same server. */
async function resolvePerson(
  db: Kysely<Database>,
  organizationId: string,
  email: string,
): Promise<string | undefined> {
  const account = await findAccount(db, email);
  if (account === undefined) return undefined;
  if ((await findPlace(db, organizationId, account.id)) !== undefined) return account.id;
  const domain = domainOf(email);
  if (await hasVerified(db, organizationId, domain)) return account.id;
  throw scimConflict(
    `an account with this e-mail address is there already: verify the domain ${domain}, or invite the person first`,
    'uniqueness',
  );
}

async function reconcilePerson(membership: Membership, state: ProvisionedPerson): Promise<void> {
  const trx = currentTransaction();
  const { organizationId, userId } = state;
  await refuseTakeover(trx, state);
  const place = await findPlace(trx, organizationId, userId);
  const changed = state.active
    ? await welcome(membership, trx, state, place)
    : await deactivate(membership, trx, state, place);
  if (changed) noteChanged(currentRun(), organizationId, userId);
}

/** The directory of one organization would otherwise give another's person a new address, and then reset their password. */
async function refuseTakeover(
  trx: Transaction<Database>,
  { organizationId, userId }: PersonIn,
): Promise<void> {
  const before = currentRun().emailsBefore.get(userId);
  if (before === undefined || before === (await emailOf(trx, userId))) return;
  if (!(await isElsewhere(trx, organizationId, userId))) return;
  if (await hasVerified(trx, organizationId, domainOf(before))) return;
  throw scimConflict(
    'this person belongs to another organization too: only they may change their e-mail address',
  );
}

async function deactivate(
  membership: Membership,
  trx: Transaction<Database>,
  person: PersonIn,
  place: Place | undefined,
): Promise<boolean> {
  if (place === undefined || place.deactivated) return false;
  await membership.setState(trx, actorOfRun(currentRun()), person, 'deactivated');
  return true;
}

async function welcome(
  membership: Membership,
  trx: Transaction<Database>,
  { organizationId, userId, grants }: ProvisionedPerson,
  place: Place | undefined,
): Promise<boolean> {
  const run = currentRun();
  const actor = actorOfRun(run);
  const person = { organizationId, userId };
  const governed = [...toGrants(await mappingsOf(trx, organizationId)), ...run.formerGrants];
  const existing = await findTeamSlugs(trx, organizationId);
  const given = teamsOf(grants).filter((slug) => existing.includes(slug));
  const role = decideRole(place?.role ?? 'member', roleOf(grants), governed);
  const teams = decideTeams(place?.teams ?? [], given, governed);
  const steps: (() => Promise<void>)[] = [];
  if (place === undefined) steps.push(() => membership.add(trx, actor, person, role, 'scim'));
  else {
    if (place.deactivated && run.activates) {
      steps.push(() => membership.setState(trx, actor, person, 'active'));
    }
    if (role !== place.role)
      steps.push(() => unlessLastOwner(membership.changeRole(trx, actor, person, role)));
  }
  if (teams.join() !== [...(place?.teams ?? [])].sort().join()) {
    steps.push(() => membership.setTeams(trx, actor, person, teams));
  }
  for (const step of steps) await step();
  return steps.length > 0;
}

/** Losing a group does not leave the organization without an owner: who is the last one stays it. */
async function unlessLastOwner(change: Promise<void>): Promise<void> {
  try {
    await change;
  } catch (error) {
    if (!isLastOwner(error)) throw error;
  }
}

const isLastOwner = (error: unknown): boolean =>
  error instanceof ControlPlaneError && (error.code as string) === 'LAST_OWNER';

async function inWordsOfScim(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isLastOwner(error)) throw error;
    throw scimConflict(
      'the last owner of an organization cannot be deactivated: make somebody else an owner first',
    );
  }
}
