/**
 * Takes heartbeats in and writes them down together: 10,000 machines send 667 a second, and each write of its own would be
 * one wait for the disk. What a crash loses is said again within 15 s.
 */

import type { Heartbeat } from '@pullgate/protocol';
import type { Kysely } from 'kysely';
import type { Database } from '../../database/schema.ts';
import { findAcknowledged, updateMachine } from './store.ts';

export interface Presence {
  note(machineId: string, heartbeat: Heartbeat, at: number): void;
  /** Writes what is waiting; called before anything reads machines. */
  flush(): Promise<void>;
  /** Writes what is waiting and takes no more. */
  stop(): Promise<void>;
}

interface Noted {
  readonly heartbeat: Heartbeat;
  readonly at: number;
  /** When this (epoch, revision) was first reported since the last write. */
  readonly policyAt: number;
}

/** Long enough to gather many, short enough that a crash loses little. */
const FLUSH_EVERY_MS = 2000;
/** Machines written in one transaction: some milliseconds. */
const CHUNK = 200;

export function createPresence(db: Kysely<Database>, onError: (error: unknown) => void): Presence {
  let waiting = new Map<string, Noted>();
  let writing: Promise<void> = Promise.resolve();
  const flush = (): Promise<void> => {
    const taken = waiting;
    waiting = new Map();
    writing = writing.then(
      () => write(db, [...taken]),
      () => write(db, [...taken]),
    );
    return writing;
  };
  const timer = setInterval(() => {
    if (waiting.size > 0) flush().catch(onError);
  }, FLUSH_EVERY_MS);
  timer.unref();
  return {
    note: (machineId, heartbeat, at) => {
      const before = waiting.get(machineId);
      const isSame = before !== undefined && isSamePolicy(before.heartbeat, heartbeat);
      waiting.set(machineId, { heartbeat, at, policyAt: isSame ? before.policyAt : at });
    },
    flush,
    stop: async () => {
      clearInterval(timer);
      await flush();
    },
  };
}

function isSamePolicy(a: Heartbeat, b: Heartbeat): boolean {
  return a.policy?.epoch === b.policy?.epoch && a.policy?.revision === b.policy?.revision;
}

async function write(db: Kysely<Database>, noted: readonly (readonly [string, Noted])[]): Promise<void> {
  for (let from = 0; from < noted.length; from += CHUNK) {
    await db.transaction().execute(async (trx) => {
      for (const [machineId, entry] of noted.slice(from, from + CHUNK)) {
        const before = await findAcknowledged(trx, machineId);
        if (before !== undefined) await updateMachine(trx, machineId, toChanges(entry, before));
      }
    });
  }
}

type Acknowledged = NonNullable<Awaited<ReturnType<typeof findAcknowledged>>>;

function toChanges({ heartbeat, at, policyAt }: Noted, before: Acknowledged) {
  const { policy, assignment, rejected, log } = heartbeat;
  const isSame = policy?.epoch === before.policy_epoch && policy?.revision === before.policy_revision;
  return {
    agent_version: heartbeat.agentVersion,
    last_seen_at: at,
    policy_epoch: policy?.epoch ?? null,
    policy_revision: policy?.revision ?? null,
    acknowledged_at: policy === undefined ? null : isSame ? before.acknowledged_at : policyAt,
    assignment_sequence: assignment?.sequence ?? null,
    rejected_code: rejected?.code ?? null,
    rejected_at: rejected?.at ?? null,
    points: JSON.stringify(heartbeat.points),
    engines: JSON.stringify(heartbeat.engines),
    log_pending: log.pending,
    log_dropped: log.dropped,
    sign_in: heartbeat.signIn === undefined ? null : JSON.stringify(heartbeat.signIn),
  };
}
