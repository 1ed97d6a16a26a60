/** Takes a machine's report of seen hosts in: each host once per registry, within limits, told to the owner in Activity. */

import type { SeenHost, SeenHostReport } from '@pullgate/protocol';
import { parseRegistryHost, type RegistryHost } from '@pullgate/reference';
import type { Kysely, Transaction } from 'kysely';
import type { Database } from '../../database/schema.ts';
import { readDocument } from '../../document/parse.ts';
import type { Origin } from '../../http/origin.ts';
import type { ActivityLog } from '../activity/service.ts';
import { findDraft } from '../drafts/store.ts';
import { hostSeen } from './events.ts';
import type { Knowledge } from './knowledge.ts';
import { lists } from './profile-lists.ts';
import {
  countAttempts,
  countHosts,
  countOverflowing,
  deleteOverflowBefore,
  deleteUnseen,
  findByName,
  insertHost,
  SERVER,
  storeOverflow,
  updateHost,
} from './store.ts';
import type { RegistryHostsTable } from './tables.ts';

/**
 * A registry that lies names another host to every machine of a fleet. What an owner could still look through is kept, the rest
 * is counted.
 */
export const HOST_LIMITS = { perRegistry: 100, perOrganization: 1000, overflowingRegistries: 200 };

/** What nobody accepted and no machine has seen for so long makes room. */
const FORGET_MS = 30 * 24 * 3600_000;

export interface Reporter {
  readonly machineId: string;
  readonly organizationId: string;
  readonly from: Origin;
}

export interface ReportDependencies {
  readonly db: Kysely<Database>;
  readonly clock: () => number;
  readonly newId: () => string;
  readonly activity: ActivityLog;
}

interface Parsed extends SeenHost {
  readonly registry: RegistryHost;
  readonly host: RegistryHost;
}

/** A machine's word counts for what its policy does not know of a registry that the policy lists; the rest is left out. */
export async function acceptReport(
  dependencies: ReportDependencies,
  knowledge: Knowledge,
  reporter: Reporter,
  report: SeenHostReport,
): Promise<void> {
  const now = dependencies.clock();
  const seen = report.hosts
    .flatMap(parse)
    .filter(({ registry, host }) => knowledge.standing(registry, host) === 'unknown')
    .map((one) => withinTime(one, now));
  await dependencies.db.transaction().execute(async (trx) => {
    for (const one of seen) await acceptOne(dependencies, trx, reporter, one, now);
    await acceptOverflow(trx, knowledge, reporter, report, now);
  });
}

async function acceptOne(
  dependencies: ReportDependencies,
  trx: Transaction<Database>,
  reporter: Reporter,
  seen: Parsed,
  now: number,
): Promise<void> {
  const { organizationId } = reporter;
  const found = await findByName(trx, organizationId, seen.registry, seen.host);
  if (found !== undefined) await noteAgain(trx, found, seen);
  else if (await isFull(trx, organizationId, seen.registry, now)) {
    const overflow = { organizationId, registry: seen.registry, machineId: SERVER, day: dayOf(now) };
    await storeOverflow(trx, { ...overflow, sightings: 1 }, true);
    return;
  }
  const id = found?.id ?? (await insertNew(dependencies, trx, reporter, seen));
  const { kind, firstSeenAt: since, attempts } = seen;
  await countAttempts(trx, {
    registryHostId: id,
    machineId: reporter.machineId,
    kind,
    since,
    attempts,
  });
}

async function insertNew(
  { newId, activity }: ReportDependencies,
  trx: Transaction<Database>,
  { organizationId, machineId, from }: Reporter,
  { registry, host, kind, firstSeenAt, lastSeenAt }: Parsed,
): Promise<string> {
  const id = newId();
  await insertHost(trx, {
    id,
    organization_id: organizationId,
    registry,
    host,
    kinds: kind,
    state: 'waiting',
    first_seen_at: firstSeenAt,
    last_seen_at: lastSeenAt,
    decided_at: null,
    decided_by: null,
  });
  const actor = { kind: 'machine', id: machineId, from } as const;
  await activity.append(trx, organizationId, actor, hostSeen({ id, registry, host }, kind));
  return id;
}

async function noteAgain(trx: Transaction<Database>, found: RegistryHostsTable, seen: Parsed): Promise<void> {
  const kinds = [...new Set([...found.kinds.split(' '), seen.kind])].sort().join(' ');
  await updateHost(trx, found.id, {
    kinds,
    first_seen_at: Math.min(found.first_seen_at, seen.firstSeenAt),
    last_seen_at: Math.max(found.last_seen_at, seen.lastSeenAt),
    ...((await isWithdrawn(trx, found)) ? { state: 'waiting', decided_at: null, decided_by: null } : {}),
  });
}

/** Accepted, and the draft that held it was thrown away: nobody has decided any more. */
async function isWithdrawn(trx: Transaction<Database>, found: RegistryHostsTable): Promise<boolean> {
  if (found.state !== 'accepted') return false;
  const draft = await findDraft(trx, found.organization_id);
  return draft === undefined || !lists(readDocument(draft), found.registry, found.host);
}

async function isFull(
  trx: Transaction<Database>,
  organizationId: string,
  registry: string,
  now: number,
): Promise<boolean> {
  const exceeds = async (): Promise<boolean> =>
    (await countHosts(trx, organizationId, { registry })) >= HOST_LIMITS.perRegistry ||
    (await countHosts(trx, organizationId, {})) >= HOST_LIMITS.perOrganization;
  if (!(await exceeds())) return false;
  await deleteUnseen(trx, organizationId, now - FORGET_MS);
  return await exceeds();
}

async function acceptOverflow(
  trx: Transaction<Database>,
  knowledge: Knowledge,
  { organizationId, machineId }: Reporter,
  { overflow }: SeenHostReport,
  now: number,
): Promise<void> {
  if (overflow === undefined || overflow.day > dayOf(now)) return;
  await deleteOverflowBefore(trx, organizationId, dayOf(now - FORGET_MS));
  if ((await countOverflowing(trx, organizationId)) >= HOST_LIMITS.overflowingRegistries) return;
  for (const { registry: text, sightings } of overflow.registries) {
    const registry = parseHost(text);
    if (registry === undefined || knowledge.standing(registry, registry) === 'unlisted') continue;
    await storeOverflow(trx, { organizationId, registry, machineId, day: overflow.day, sightings });
  }
}

/** A clock that goes ahead must not keep a host on top for ever. */
function withinTime(seen: Parsed, now: number): Parsed {
  const lastSeenAt = Math.min(seen.lastSeenAt, now);
  return { ...seen, lastSeenAt, firstSeenAt: Math.min(seen.firstSeenAt, lastSeenAt) };
}

function parse(seen: SeenHost): Parsed[] {
  const [registry, host] = [parseHost(seen.registry), parseHost(seen.host)];
  return registry === undefined || host === undefined ? [] : [{ ...seen, registry, host }];
}

function parseHost(text: string): RegistryHost | undefined {
  try {
    return parseRegistryHost(text);
  } catch {
    return undefined;
  }
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
