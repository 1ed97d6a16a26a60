/** Puts the overview together from what the other features know; every part for those alone who may read it. */

import type { MachineSummary, Overview, ScopeName } from '@pullgate/protocol';
import type { Kysely } from 'kysely';
import type { Database } from '../../database/schema.ts';
import type { Member } from '../../http/principal.ts';
import type { ActivityLog } from '../activity/service.ts';
import { listDeniedRegistries, listHours } from '../decisions/hours-store.ts';
import { findInForce } from '../policy/store.ts';
import type { RegistryHostService } from '../registry-hosts/service.ts';
import { type Span, startOf, toAttempts } from './buckets.ts';
import { countPeople } from './store.ts';

export interface OverviewService {
  read(member: Member, hours: Span): Promise<Overview>;
}

export interface OverviewDependencies {
  readonly db: Kysely<Database>;
  readonly clock: () => number;
  readonly activity: ActivityLog;
  readonly registryHosts: Pick<RegistryHostService, 'newest'>;
  readonly machines: { summary(organizationId: string): Promise<MachineSummary> };
}

const TOP_DENIED = 10;
const LAST_CHANGES = 5;
const NEWEST_HOSTS = 5;

export function createOverviewService(dependencies: OverviewDependencies): OverviewService {
  const { db, clock, activity, machines, registryHosts } = dependencies;
  return {
    async read({ organization: { id }, scopes }, hours) {
      const now = clock();
      const since = startOf(hours, now);
      const part = async <T>(scope: ScopeName, name: string, read: () => Promise<T | undefined>) => {
        const value = scopes.includes(scope) ? await read() : undefined;
        return value === undefined ? {} : { [name]: value };
      };
      const denied = await listDeniedRegistries(db, id, since, TOP_DENIED);
      return {
        hours,
        now,
        attempts: toAttempts(await listHours(db, id, since), hours, now),
        topDenied: denied.map(({ last_hour: _, ...row }) => row),
        ...(await part('policy:read', 'policy', () => readPolicy(db, id))),
        ...(await part('machines:read', 'machines', () => machines.summary(id))),
        ...(await part('people:read', 'people', () => countPeople(db, id))),
        ...(await part('policy:read', 'unknownHosts', () => registryHosts.newest(id, NEWEST_HOSTS))),
        ...(await part('activity:read', 'changes', () => readChanges(activity, id))),
      };
    },
  };
}

async function readPolicy(db: Kysely<Database>, organizationId: string): Promise<Overview['policy']> {
  const inForce = await findInForce(db, organizationId);
  if (inForce === undefined) return undefined;
  const { revision, mode, published_at: publishedAt } = inForce;
  return { revision, mode, publishedAt };
}

async function readChanges(activity: ActivityLog, organizationId: string): Promise<Overview['changes']> {
  return (await activity.list(organizationId, { limit: LAST_CHANGES }, {})).items;
}
