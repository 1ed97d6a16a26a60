/** How far a revision has come. */

import type { Rollout } from '@pullgate/protocol';
import type { Kysely } from 'kysely';
import type { Database } from '../../database/schema.ts';
import { ControlPlaneError } from '../../errors.ts';
import { OFFLINE_AFTER_MS } from '../machines/summary.ts';
import { findPublication, listPositions } from './store.ts';

export interface RolloutService {
  /** Of the revision in force by default. @throws ControlPlaneError NOT_FOUND */
  find(organizationId: string, revision?: number): Promise<Rollout>;
}

export interface RolloutDependencies {
  readonly db: Kysely<Database>;
  readonly clock: () => number;
  /** Writes the heartbeats that wait. */
  readonly flush: () => Promise<void>;
}

export function createRolloutService({ db, clock, flush }: RolloutDependencies): RolloutService {
  return {
    find: async (organizationId, revision) => {
      await flush();
      const publication = await findPublication(db, organizationId, revision);
      if (publication === undefined) throw new ControlPlaneError('NOT_FOUND', 'no such revision');
      return toRollout(publication, await listPositions(db, organizationId), clock());
    },
  };
}

type Publication = NonNullable<Awaited<ReturnType<typeof findPublication>>>;
type Position = Awaited<ReturnType<typeof listPositions>>[number];

/** A machine on a later revision has this one behind it. `elapsedMs` leaves out machines that enrolled after the publish. */
export function toRollout(
  { revision, published_at: publishedAt }: Publication,
  machines: readonly Position[],
  now: number,
): Rollout {
  const isDone = (machine: Position) => (machine.policy_revision ?? 0) >= revision;
  const done = machines.filter(isDone);
  const waiting = machines
    .filter((machine) => !isDone(machine))
    .map((machine) => ({ machine, ...reach(machine, publishedAt, now) }));
  const times = done
    .filter((machine) => machine.policy_revision === revision && machine.enrolled_at <= publishedAt)
    .flatMap((machine) => machine.acknowledged_at ?? []);
  return {
    revision,
    publishedAt,
    machines: machines.length,
    acknowledged: done.length,
    offline: waiting.filter(({ isOffline }) => isOffline).length,
    rejected: waiting.filter(({ isRejected }) => isRejected).length,
    ...(times.length === 0
      ? {}
      : { elapsedMs: Math.max(0, times.reduce((a, b) => Math.max(a, b)) - publishedAt) }),
    waiting: waiting.map(toWaiting).toSorted(byNeed).slice(0, MAX_WAITING),
  };
}

const MAX_WAITING = 20;

function reach({ last_seen_at, rejected_at }: Position, publishedAt: number, now: number) {
  return {
    isOffline: now - (last_seen_at ?? 0) > OFFLINE_AFTER_MS,
    isRejected: (rejected_at ?? 0) >= publishedAt,
  };
}

type Waiting = Rollout['waiting'][number];

/** One that refused and went away has still refused: somebody must look at it. */
function toWaiting({
  machine,
  isOffline,
  isRejected,
}: ReturnType<typeof reach> & { machine: Position }): Waiting {
  const { id, name, last_seen_at: lastSeenAt, policy_revision: revision, rejected_code: reason } = machine;
  return {
    id,
    name,
    state: isRejected ? 'rejected' : isOffline ? 'offline' : 'online',
    ...(lastSeenAt === null ? {} : { lastSeenAt }),
    ...(revision === null ? {} : { revision }),
    ...(isRejected && reason !== null ? { reason } : {}),
  };
}

const NEED: readonly Waiting['state'][] = ['rejected', 'online', 'offline'];

const byNeed = (a: Waiting, b: Waiting) =>
  NEED.indexOf(a.state) - NEED.indexOf(b.state) || (a.name < b.name ? -1 : 1);
