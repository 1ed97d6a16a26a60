/** Machines as owners see them, and their heartbeats. Leaves enrolling to the feature of that name. */

import type { Heartbeat, Machine, MachineSummary, SignInReport } from '@pullgate/protocol';
import type { Kysely, Transaction } from 'kysely';
import type { Database } from '../../database/schema.ts';
import { ControlPlaneError } from '../../errors.ts';
import { type Page, type PageRequest, toPage } from '../../http/page.ts';
import { toPrintable } from '../../printable.ts';
import type { ActivityLog, Actor } from '../activity/service.ts';
import { findInForce } from '../policy/store.ts';
import { machineRevoked } from './events.ts';
import type { Presence } from './presence.ts';
import { keyOf, listMatching, type MachineQuery } from './search.ts';
import {
  findMachine,
  forgetEphemeral,
  listHolders,
  listLogs,
  listReportingMachines,
  listSummarized,
  revokeMachine,
} from './store.ts';
import { type InForce, stateOf, summarize } from './summary.ts';
import type { MachinesTable } from './tables.ts';

const FORGET_AFTER_MS = 24 * 3600_000;

export interface MachineService {
  list(organizationId: string, page: PageRequest, query?: MachineQuery): Promise<Page<Machine>>;
  summary(organizationId: string): Promise<MachineSummary>;
  /** @throws ControlPlaneError NOT_FOUND */
  find(organizationId: string, id: string): Promise<Machine>;
  /** Ends its stream at once; its next request is refused. @throws ControlPlaneError NOT_FOUND */
  revoke(organizationId: string, actor: Actor, id: string): Promise<void>;
  /** @throws ControlPlaneError REQUEST_INVALID for numbers that no agent sends. */
  heartbeat(machineId: string, heartbeat: Heartbeat): void;
  /** Machines with an engine for which rules deeper than the host cannot hold; for warnings at publish. */
  machinesWithoutDepth(organizationId: string): Promise<readonly MachineWithoutDepth[]>;
  forgetEphemeral(): Promise<number>;
  /** Writes the heartbeats that wait. */
  flush(): Promise<void>;
}

export interface MachineWithoutDepth {
  readonly id: string;
  readonly name: string;
  readonly engines: readonly { readonly name: string; readonly depth: string }[];
}

export interface MachineDependencies {
  readonly db: Kysely<Database>;
  readonly activity: ActivityLog;
  readonly clock: () => number;
  readonly presence: Presence;
  /** Signs everybody out of a machine; what it returns is called after the commit. */
  readonly endSessionsOn: (trx: Transaction<Database>, machineId: string) => Promise<() => void>;
  /** Called after the commit. */
  readonly onRevoked: (machineId: string) => void;
  readonly onHeartbeat: (machineId: string) => void;
}

export function createMachineService(dependencies: MachineDependencies): MachineService {
  const { db, clock, presence, activity, endSessionsOn, onRevoked, onHeartbeat } = dependencies;
  const toMachines = async (rows: readonly MachinesTable[]): Promise<Machine[]> => {
    const gaps = new Map<string, string>();
    const logs = await listLogs(
      db,
      rows.map((row) => row.id),
    );
    for (const log of logs) if (!gaps.has(log.machine_id)) gaps.set(log.machine_id, log.gaps);
    const holders = await listHolders(
      db,
      rows.map((row) => row.id),
    );
    return rows.map((row) => ({
      ...toMachine(row, gaps.get(row.id) ?? '[]', clock()),
      ...toHolder(holders.get(row.id)),
    }));
  };
  const inForce = async (organizationId: string): Promise<InForce> => {
    const published = await findInForce(db, organizationId);
    return { revision: published?.revision ?? 0, publishedAt: published?.published_at ?? 0 };
  };
  return {
    list: async (organizationId, page, query = {}) => {
      await presence.flush();
      const search = { organizationId, query, page, now: clock(), inForce: await inForce(organizationId) };
      const rows = await listMatching(db, search);
      const { items, ...rest } = toPage(
        rows,
        page.limit,
        (row) => keyOf(row, query.sort),
        (row) => row,
      );
      return { ...rest, items: await toMachines(items) };
    },
    summary: async (organizationId) => {
      await presence.flush();
      return summarize(await listSummarized(db, organizationId), await inForce(organizationId), clock());
    },
    find: async (organizationId, id) => {
      await presence.flush();
      const row = await findMachine(db, organizationId, id);
      const [machine] = row === undefined ? [] : await toMachines([row]);
      if (machine === undefined) throw new ControlPlaneError('NOT_FOUND', 'no such machine');
      return machine;
    },
    revoke: async (organizationId, actor, id) => {
      const afterCommit = await db.transaction().execute(async (trx) => {
        const row = await revokeMachine(trx, organizationId, id, clock());
        if (row === undefined) throw new ControlPlaneError('NOT_FOUND', 'no such machine');
        await activity.append(trx, organizationId, actor, machineRevoked(row));
        return await endSessionsOn(trx, id);
      });
      afterCommit();
      onRevoked(id);
    },
    heartbeat: (machineId, heartbeat) => {
      presence.note(machineId, toClean(heartbeat), clock());
      onHeartbeat(machineId);
    },
    machinesWithoutDepth: async (organizationId) => {
      await presence.flush();
      const rows = await listReportingMachines(db, organizationId);
      return rows.flatMap((row) => {
        const engines = (JSON.parse(row.engines) as Machine['engines']).filter(
          ({ depth }) => depth !== 'full',
        );
        return engines.length === 0 ? [] : [{ id: row.id, name: row.name, engines }];
      });
    },
    forgetEphemeral: async () => {
      await presence.flush();
      return await forgetEphemeral(db, clock() - FORGET_AFTER_MS, clock());
    },
    flush: presence.flush,
  };
}

/** One revision a second for 68 years; a restored server goes on above the highest that was reported. */
const MAX_POSITION = 2 ** 31 - 1;

/**
 * Stops a machine with a stolen key from writing numbers that no database keeps, from pushing a restored server to the end of
 * its revisions, and from writing control characters to a terminal.
 */
function toClean(heartbeat: Heartbeat): Heartbeat {
  const { policy, assignment, rejected, log } = heartbeat;
  const positions = [policy?.epoch, policy?.revision, assignment?.epoch, assignment?.sequence];
  const counts = [rejected?.at, log.pending, log.dropped];
  if (!isWithin(positions, MAX_POSITION) || !isWithin(counts, Number.MAX_SAFE_INTEGER)) {
    throw new ControlPlaneError('REQUEST_INVALID', 'expected numbers that an agent can have come to');
  }
  return JSON.parse(JSON.stringify(heartbeat), (_key, value: unknown) =>
    typeof value === 'string' ? toPrintable(value) : value,
  ) as Heartbeat;
}

function isWithin(numbers: readonly (number | undefined)[], max: number): boolean {
  return numbers.every((n) => n === undefined || (n >= 0 && n <= max));
}

function toMachine(row: MachinesTable, gaps: string, now: number): Machine {
  return {
    id: row.id,
    name: row.name,
    os: row.os,
    arch: row.arch,
    agentVersion: row.agent_version,
    protocol: row.protocol,
    state: stateOf(row, now),
    enrolledAt: row.enrolled_at,
    ...(row.last_seen_at === null ? {} : { lastSeenAt: row.last_seen_at }),
    ...(row.policy_revision === null ? {} : { revision: row.policy_revision }),
    ...(row.acknowledged_at === null ? {} : { acknowledgedAt: row.acknowledged_at }),
    ...(row.rejected_code === null
      ? {}
      : { rejected: { code: row.rejected_code, at: row.rejected_at ?? 0 } }),
    points: JSON.parse(row.points) as Machine['points'],
    engines: JSON.parse(row.engines) as Machine['engines'],
    ...(row.sign_in === null ? {} : { signIn: JSON.parse(row.sign_in) as SignInReport }),
    ...(row.log_pending === null
      ? {}
      : {
          log: {
            pending: row.log_pending,
            dropped: row.log_dropped ?? 0,
            gaps: JSON.parse(gaps) as { from: number; to: number }[],
          },
        }),
  };
}

const toHolder = (holder: Machine['holder']): Pick<Machine, 'holder'> =>
  holder === undefined ? {} : { holder };
