/** Appends to and reads the Activity chain: per organization, gap-free, each entry sealed over the one before. */

import type { ActivityEntry, ActivityVerification } from '@pullgate/protocol';
import type { Kysely, Transaction } from 'kysely';
import type { Database } from '../../database/schema.ts';
import { ControlPlaneError } from '../../errors.ts';
import type { Origin } from '../../http/origin.ts';
import { type Page, type PageRequest, toCursor, toPage } from '../../http/page.ts';
import type { ActivityEvent } from './events.ts';
import type { ActivityFilter } from './filter.ts';
import { sealOf, type Unsealed } from './seal.ts';
import { type ActivityRow, appendEntry, findEntry, listEntries, readLastSeq, takeNextSeq } from './store.ts';
import { verifyChain } from './verify.ts';

/** Who did it: a person, a token of a person, a machine, or the server itself. */
export interface Actor {
  readonly kind: 'user' | 'token' | 'machine' | 'system';
  /** Id of the person (for tokens too), of the machine, or `system`. */
  readonly id: string;
  readonly from: Origin;
}

export interface NewActivity {
  readonly event: ActivityEvent;
  readonly target: { readonly kind: string; readonly id: string };
  /** JSON values; people in them by id only. */
  readonly before?: unknown;
  readonly after?: unknown;
  /** One line for people, without names of people. */
  readonly text: string;
}

export interface ActivityLog {
  /** Appends within the transaction of the change itself, so that neither is kept without the other. */
  append(
    trx: Transaction<Database>,
    organizationId: string,
    actor: Actor,
    ...entries: readonly NewActivity[]
  ): Promise<void>;
  /** A search looks through so many entries at a time: a page may hold less than was asked for, and more may follow. */
  list(organizationId: string, page: PageRequest, filter: ActivityFilter): Promise<Page<ActivityEntry>>;
  /** @throws ControlPlaneError NOT_FOUND */
  find(organizationId: string, id: string): Promise<ActivityEntry>;
  /** Whether the chain holds, and where not. `notedHash`: a seal that must be in it, in hexadecimal digits. */
  verify(organizationId: string, notedHash?: string): Promise<ActivityVerification>;
}

export interface ActivityDependencies {
  readonly db: Kysely<Database>;
  readonly clock: () => number;
  readonly newId: () => string;
}

export function createActivityLog({ db, clock, newId }: ActivityDependencies): ActivityLog {
  return {
    async append(trx, organizationId, actor, ...entries) {
      for (const entry of entries) {
        const head = await takeNextSeq(trx, organizationId);
        const row = toRow(organizationId, actor, entry, { id: newId(), seq: head.seq, at: clock() });
        const unsealed = { ...row, prev_hash: head.hash };
        await appendEntry(trx, { ...unsealed, hash: sealOf(unsealed) });
      }
    },
    async list(organizationId, page, filter) {
      const before = page.after?.[0];
      const window = await windowOf(
        db,
        organizationId,
        before === undefined ? undefined : Number(before),
        filter,
      );
      const rows = await listEntries(db, { organizationId, ...filter, ...window, limit: page.limit + 1 });
      const found = toPage(rows, page.limit, (row) => [row.seq], toEntry);
      if (found.nextCursor !== undefined || window.fromSeq === undefined || window.fromSeq <= 1) return found;
      return { ...found, nextCursor: toCursor([window.fromSeq]) };
    },
    async find(organizationId, id) {
      const row = await findEntry(db, organizationId, id);
      if (row === undefined) throw new ControlPlaneError('NOT_FOUND', 'no such entry of Activity');
      return toEntry(row);
    },
    verify: (organizationId, notedHash) => verifyChain(db, organizationId, notedHash),
  };
}

/** Entries that a search for parts of texts looks through in one go: some tens of milliseconds. */
const SEARCHED_AT_ONCE = 20_000;

/** The places in the chain that a page is looked for in; the chain has no gaps, so they bound what is read. */
async function windowOf(
  db: Kysely<Database>,
  organizationId: string,
  beforeSeq: number | undefined,
  { search }: ActivityFilter,
): Promise<{ readonly beforeSeq?: number; readonly fromSeq?: number }> {
  if (search === undefined) return beforeSeq === undefined ? {} : { beforeSeq };
  const end = beforeSeq ?? (await readLastSeq(db, organizationId)) + 1;
  return { beforeSeq: end, fromSeq: Math.max(1, end - SEARCHED_AT_ONCE) };
}

function toRow(
  organizationId: string,
  actor: Actor,
  entry: NewActivity,
  place: { readonly id: string; readonly seq: number; readonly at: number },
): Omit<Unsealed, 'prev_hash'> {
  const json = (value: unknown) => (value === undefined ? null : JSON.stringify(value));
  return {
    ...place,
    organization_id: organizationId,
    event: entry.event,
    actor_kind: actor.kind,
    actor_id: actor.id,
    address: actor.from.address,
    user_agent: actor.from.userAgent ?? null,
    target_kind: entry.target.kind,
    target_id: entry.target.id,
    before: json(entry.before),
    after: json(entry.after),
    text: entry.text,
  };
}

function toEntry(row: ActivityRow): ActivityEntry {
  return {
    id: row.id,
    seq: row.seq,
    at: row.at,
    event: row.event,
    actor: { kind: row.actor_kind, id: row.actor_id, name: row.actor_name ?? row.actor_id },
    from: { address: row.address, ...(row.user_agent === null ? {} : { userAgent: row.user_agent }) },
    target: { kind: row.target_kind, id: row.target_id },
    ...(row.before === null ? {} : { before: JSON.parse(row.before) as unknown }),
    ...(row.after === null ? {} : { after: JSON.parse(row.after) as unknown }),
    text: row.text,
  };
}
