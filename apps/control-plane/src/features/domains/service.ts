/** Domains of an organization: claimed, proved by a TXT record, released. Who proved a domain decides who signs in with its addresses. */

import { randomBytes } from 'node:crypto';
import { Resolver } from 'node:dns/promises';
import type { ClaimedDomain } from '@pullgate/protocol';
import type { Kysely } from 'kysely';
import type { ControlPlaneConfig } from '../../config.ts';
import type { SsoDomainsTable } from '../../database/people-schema.ts';
import type { Database } from '../../database/schema.ts';
import { ControlPlaneError } from '../../errors.ts';
import type { ActivityLog, Actor } from '../activity/service.ts';
import { parseDomain } from './domain-name.ts';
import { domainClaimed, domainReleased, domainVerified } from './events.ts';
import * as store from './store.ts';

export interface DomainService {
  list(organizationId: string): Promise<ClaimedDomain[]>;
  /** Claiming again answers the claim that is there. @throws ControlPlaneError DOMAIN_INVALID, DOMAIN_TAKEN */
  claim(organizationId: string, actor: Actor, domain: string): Promise<ClaimedDomain>;
  /** @throws ControlPlaneError NOT_FOUND, DOMAIN_UNPROVED, DOMAIN_TAKEN */
  verify(organizationId: string, actor: Actor, id: string): Promise<ClaimedDomain>;
  /** @throws ControlPlaneError NOT_FOUND */
  release(organizationId: string, actor: Actor, id: string): Promise<void>;
}

export interface DomainDependencies {
  readonly db: Kysely<Database>;
  readonly activity: ActivityLog;
  readonly clock: () => number;
  readonly newId: () => string;
  readonly config: Pick<ControlPlaneConfig, 'dnsServers'>;
}

export function createDomainService(dependencies: DomainDependencies): DomainService {
  const { db, activity } = dependencies;
  return {
    list: async (organizationId) => (await store.listDomains(db, organizationId)).map(toClaimed),
    claim: (organizationId, actor, domain) => claim(dependencies, organizationId, actor, parseDomain(domain)),
    verify: (organizationId, actor, id) => verify(dependencies, organizationId, actor, id),
    release: async (organizationId, actor, id) => {
      await db.transaction().execute(async (trx) => {
        const row = await store.deleteDomain(trx, organizationId, id);
        if (row === undefined) throw new ControlPlaneError('NOT_FOUND', 'no such domain');
        await activity.append(trx, organizationId, actor, domainReleased(row));
      });
    },
  };
}

async function claim(
  { db, activity, clock, newId }: DomainDependencies,
  organizationId: string,
  actor: Actor,
  domain: string,
): Promise<ClaimedDomain> {
  return await db.transaction().execute(async (trx) => {
    const known = await store.findDomain(trx, organizationId, { domain });
    if (known !== undefined) return toClaimed(known);
    await refuseTaken(trx, organizationId, domain);
    const row: SsoDomainsTable = {
      id: newId(),
      organization_id: organizationId,
      domain,
      challenge: randomBytes(16).toString('hex'),
      verified_at: null,
      created_at: clock(),
    };
    await store.insertDomain(trx, row);
    await activity.append(trx, organizationId, actor, domainClaimed(row));
    return toClaimed(row);
  });
}

async function verify(
  { db, activity, clock, config }: DomainDependencies,
  organizationId: string,
  actor: Actor,
  id: string,
): Promise<ClaimedDomain> {
  const row = await store.findDomain(db, organizationId, { id });
  if (row === undefined) throw new ControlPlaneError('NOT_FOUND', 'no such domain');
  if (row.verified_at !== null) return toClaimed(row);
  await requireRecord(toRecord(row), config.dnsServers ?? []);
  return await db.transaction().execute(async (trx) => {
    // Released, or proved by another organization, while the DNS was asked.
    const current = await store.findDomain(trx, organizationId, { id });
    if (current === undefined) throw new ControlPlaneError('NOT_FOUND', 'no such domain');
    await refuseTaken(trx, organizationId, row.domain);
    const verified = { ...row, verified_at: clock() };
    await store.markVerified(trx, id, verified.verified_at);
    await activity.append(trx, organizationId, actor, domainVerified(verified));
    return toClaimed(verified);
  });
}

async function refuseTaken(db: Kysely<Database>, organizationId: string, domain: string): Promise<void> {
  const owner = await store.findVerifiedOwner(db, domain);
  if (owner === undefined || owner.organization_id === organizationId) return;
  throw new ControlPlaneError('DOMAIN_TAKEN', `another organization has proved ${domain}`, {
    hint: 'its owners can release it',
  });
}

async function requireRecord(record: ClaimedDomain['record'], servers: readonly string[]): Promise<void> {
  const resolver = new Resolver({ timeout: 3000, tries: 2 });
  if (servers.length > 0) resolver.setServers(servers);
  const found = await resolver.resolveTxt(record.name).catch((error: NodeJS.ErrnoException) => error);
  const values = Array.isArray(found) ? found.map((chunks) => chunks.join('')) : [];
  if (values.includes(record.value)) return;
  const fact = Array.isArray(found) ? 'has another value' : `was not found (${found.code ?? 'no answer'})`;
  throw new ControlPlaneError('DOMAIN_UNPROVED', `the TXT record ${record.name} ${fact}`, {
    hint: `set it to ${record.value}; changes of the DNS can take an hour to be seen`,
  });
}

const toRecord = ({ domain, challenge }: SsoDomainsTable) => ({
  name: `_pullgate-challenge.${domain}`,
  value: `pullgate-domain=${challenge}`,
});

function toClaimed(row: SsoDomainsTable): ClaimedDomain {
  return {
    id: row.id,
    domain: row.domain,
    state: row.verified_at === null ? 'pending' : 'verified',
    record: toRecord(row),
    createdAt: row.created_at,
    ...(row.verified_at === null ? {} : { verifiedAt: row.verified_at }),
  };
}
