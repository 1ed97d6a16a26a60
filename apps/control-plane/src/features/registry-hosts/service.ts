/** Hosts that registries were seen to use: reported by machines, listed for owners, accepted into the draft or dismissed. */

import type { ProfileList, RegistryHostItem, RegistryHostPage, SeenHostReport } from '@pullgate/protocol';
import type { RegistryHost } from '@pullgate/reference';
import type { Kysely } from 'kysely';
import type { Database } from '../../database/schema.ts';
import { addProfileHost } from '../../document/edit-yaml.ts';
import { readDocument } from '../../document/parse.ts';
import { ControlPlaneError } from '../../errors.ts';
import { type PageRequest, toPage } from '../../http/page.ts';
import type { OrganizationRef } from '../../http/principal.ts';
import type { ActivityLog, Actor } from '../activity/service.ts';
import { loadCatalog } from '../catalog/in-force.ts';
import { type DraftService, load } from '../drafts/service.ts';
import { acceptReport, type Reporter } from './accept-report.ts';
import { hostAccepted, hostDismissed } from './events.ts';
import { createKnowledge } from './knowledge.ts';
import { createPlacement, type PlacedHost } from './place.ts';
import { isProfileOf, lists, withHost } from './profile-lists.ts';
import {
  findHost,
  listHosts,
  listNewest,
  listOverflow,
  type RegistryHostFilter,
  type RegistryHostRow,
  updateHost,
} from './store.ts';

export interface RegistryHostService {
  report(reporter: Reporter, report: SeenHostReport): Promise<void>;
  list(organizationId: string, page: PageRequest, filter: RegistryHostFilter): Promise<RegistryHostPage>;
  /** Those that wait, newest first. */
  newest(organizationId: string, limit: number): Promise<{ total: number; items: RegistryHostItem[] }>;
  /**
   * Puts the host into the draft, into `list` or where it belongs.
   * @throws ControlPlaneError NOT_FOUND, POLICY_INVALID when that list would open more than the registry
   */
  accept(
    organization: OrganizationRef,
    actor: Actor,
    id: string,
    list: ProfileList | undefined,
  ): Promise<RegistryHostItem>;
  /** @throws ControlPlaneError NOT_FOUND */
  dismiss(organizationId: string, actor: Actor, id: string): Promise<RegistryHostItem>;
}

export interface RegistryHostDependencies {
  readonly db: Kysely<Database>;
  readonly clock: () => number;
  readonly newId: () => string;
  readonly activity: ActivityLog;
  readonly drafts: DraftService;
}

const MAX_OVERFLOW = 50;
/** More wait only where the limits were lowered. */
const MAX_WAITING = 1000;

type Place = (host: PlacedHost) => ProfileList;

export function createRegistryHostService(dependencies: RegistryHostDependencies): RegistryHostService {
  const { db, clock, activity, drafts } = dependencies;
  const knowledgeOf = createKnowledge(db);
  const settle = createSettling(dependencies, knowledgeOf);
  const profilesOf = async (organizationId: string) =>
    (await loadCatalog(db, organizationId)).catalog.profiles;
  const placement = async (organizationId: string): Promise<Place> =>
    createPlacement(readDocument((await load(db, organizationId)).draft), await profilesOf(organizationId));
  const get = async (organizationId: string, id: string): Promise<RegistryHostItem> =>
    toItem(await require(db, organizationId, id), await placement(organizationId));
  const decide = async (id: string, state: 'accepted' | 'dismissed', actor: Actor): Promise<void> =>
    await updateHost(db, id, { state, decided_at: clock(), decided_by: actor.id });
  return {
    async report(reporter, report) {
      const knowledge = await knowledgeOf(reporter.organizationId);
      if (knowledge !== undefined) await acceptReport(dependencies, knowledge, reporter, report);
    },
    async list(organizationId, { after, limit }, filter) {
      await settle(organizationId);
      const place = await placement(organizationId);
      const rows = await listHosts(
        db,
        organizationId,
        filter,
        after as [string, string] | undefined,
        limit + 1,
      );
      return {
        ...toPage(
          rows,
          limit,
          ({ registry, host }) => [registry, host],
          (row) => toItem(row, place),
        ),
        overflow: await listOverflow(db, organizationId, filter.registry, MAX_OVERFLOW),
      };
    },
    async newest(organizationId, limit) {
      await settle(organizationId);
      const { rows, total } = await listNewest(db, organizationId, limit);
      if (total === 0) return { total, items: [] };
      const place = await placement(organizationId);
      return { total, items: rows.map((row) => toItem(row, place)) };
    },
    async accept(organization, actor, id, wanted) {
      const row = await require(db, organization.id, id);
      const { registry, host } = row;
      const { draft } = await load(db, organization.id);
      const catalog = await profilesOf(organization.id);
      if (!lists(readDocument(draft), registry, host)) {
        await drafts.edit(organization, actor, undefined, ({ yaml, document }) => {
          const list = wanted ?? createPlacement(document, catalog)(toPlaced(row));
          const added = { registry, list, host };
          return {
            toYaml: () => addProfileHost(yaml, isProfileOf(registry), added),
            document: { ...document, profiles: withHost(document.profiles ?? [], added) },
            entriesOf: () => [hostAccepted(row, list)],
          };
        });
      }
      await decide(id, 'accepted', actor);
      return await get(organization.id, id);
    },
    async dismiss(organizationId, actor, id) {
      const row = await require(db, organizationId, id);
      await db.transaction().execute(async (trx) => {
        await updateHost(trx, id, { state: 'dismissed', decided_at: clock(), decided_by: actor.id });
        await activity.append(trx, organizationId, actor, hostDismissed(row));
      });
      return await get(organizationId, id);
    },
  };
}

/**
 * A policy that was published, or a catalog that came with it, may know hosts that wait: nobody needs to decide on them. Looked
 * at once per revision.
 */
function createSettling(
  { db, clock }: Pick<RegistryHostDependencies, 'db' | 'clock'>,
  knowledgeOf: ReturnType<typeof createKnowledge>,
): (organizationId: string) => Promise<void> {
  const settled = new Map<string, number>();
  return async (organizationId) => {
    const knowledge = await knowledgeOf(organizationId);
    if (knowledge === undefined || settled.get(organizationId) === knowledge.revision) return;
    const waiting = await listHosts(db, organizationId, { state: 'waiting' }, undefined, MAX_WAITING);
    for (const { id, registry, host } of waiting) {
      if (knowledge.standing(registry as RegistryHost, host as RegistryHost) !== 'known') continue;
      await updateHost(db, id, { state: 'accepted', decided_at: clock(), decided_by: null });
    }
    settled.set(organizationId, knowledge.revision);
  };
}

async function require(db: Kysely<Database>, organizationId: string, id: string): Promise<RegistryHostRow> {
  const row = await findHost(db, organizationId, id);
  if (row === undefined) throw new ControlPlaneError('NOT_FOUND', 'no such host of a registry');
  return row;
}

function toPlaced({ registry, host, kinds }: RegistryHostRow): PlacedHost {
  return { registry, host, kinds: kinds.split(' ') };
}

function toItem(row: RegistryHostRow, place: Place): RegistryHostItem {
  const { id, registry, host, state, machines, attempts } = row;
  return {
    id,
    registry,
    host,
    kinds: row.kinds.split(' ') as RegistryHostItem['kinds'],
    state,
    firstSeenAt: row.first_seen_at,
    lastSeenAt: row.last_seen_at,
    machines,
    attempts,
    list: place(toPlaced(row)),
    ...(row.decided_at === null ? {} : { decidedAt: row.decided_at }),
    ...(row.decided_by === null
      ? {}
      : { decidedBy: { id: row.decided_by, name: row.decided_by_name ?? row.decided_by } }),
  };
}
