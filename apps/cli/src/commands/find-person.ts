/** Finds what was named on the command line: people by e-mail or id, teams by slug, machines and domains by name or id. */

import { quote } from '@pullgate/errors';
import type { ClaimedDomain, Machine, OrganizationMember } from '@pullgate/protocol';
import type { ApiClient } from '../api-client.ts';
import { orSee } from '../api-error.ts';
import { toNotFound, toUsageError } from '../cli-error.ts';
import type { PeopleClient } from '../people-client.ts';

const WHO = 'who there is: pullgate member list';

export async function findMember(client: PeopleClient, name: string): Promise<OrganizationMember> {
  if (!name.includes('@')) return await orSee(client.fetchMember(name), WHO);
  const wanted = name.toLowerCase();
  const found = (await client.fetchMembers(name)).find(({ email }) => email.toLowerCase() === wanted);
  if (found !== undefined) return found;
  throw toNotFound(`no member has the address ${quote(name)}`, WHO);
}

/** Asked for before the person, as the command line names it before. */
export async function requireTeam(client: PeopleClient, slug: string): Promise<void> {
  const teams = await client.fetchTeams();
  if (teams.some((team) => team.slug === slug)) return;
  throw toNotFound(`there is no team ${quote(slug)}`, 'which there are: pullgate team list');
}

export async function findMachine(client: ApiClient, name: string): Promise<Machine> {
  const machines = await client.fetchMachines();
  const byId = machines.find(({ id }) => id === name);
  if (byId !== undefined) return byId;
  const [found, ...others] = machines.filter(
    (machine) => machine.name === name && machine.state !== 'revoked',
  );
  if (found === undefined) {
    throw toNotFound(`no machine is called ${quote(name)}`, 'which there are: pullgate machine list');
  }
  if (others.length === 0) return found;
  const ids = [found, ...others].map(({ id }) => id).join(', ');
  throw toUsageError(`${others.length + 1} machines are called ${quote(name)}`, `name one by its id: ${ids}`);
}

export async function findDomain(client: PeopleClient, name: string): Promise<ClaimedDomain> {
  const { items } = await client.fetchDomains();
  const found = items.find(({ id, domain }) => id === name || domain === name.toLowerCase());
  if (found !== undefined) return found;
  throw toNotFound(`the domain ${quote(name)} is not claimed`, 'claim it: pullgate domain add DOMAIN');
}
