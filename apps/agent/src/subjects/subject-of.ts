/**
 * Says for whom a user of this machine acts (semantics 8): root, and whoever cannot be told, for the machine's holder; every
 * other uid for the person signed in under it, or for nobody. Leaves finding the uid to `peer-uid.ts`.
 */

import type { AssignedSession } from '@pullgate/bundle';
import type { Subject } from '@pullgate/policy';
import type { Snapshot } from '../bundle-store/snapshot.ts';

/** Engines that root runs, and peers that the platform does not name. */
export function isRootful(uid: number | undefined): boolean {
  return uid === undefined || uid === 0;
}

/**
 * Sessions never add to what rootful engines may do: those have the holder's teams as the assignment states them, whoever
 * is signed in. `expired`: sessions are past their offline limit, and their teams with them.
 */
export function subjectOf(snapshot: Snapshot, uid: number | undefined, expired: boolean): Subject {
  const { subject } = snapshot;
  if (isRootful(uid)) return subject;
  const session = expired ? undefined : sessionOf(snapshot, uid);
  const nobody = nobodyOn(snapshot);
  return session === undefined ? nobody : { ...nobody, teams: session.teams, user: session.user.id };
}

/** The machine alone: no person, and no team. */
export function nobodyOn({ subject: { machine } }: Snapshot): Subject {
  return { teams: [], ...(machine === undefined ? {} : { machine }) };
}

/** The session under exactly this uid. */
export function sessionOf(snapshot: Snapshot, uid: number | undefined): AssignedSession | undefined {
  return snapshot.assignment?.sessions.find((session) => session.uid === uid);
}

/** Sessions that count for what this uid does: its own, or for rootful engines those of the holder under any uid. */
export function sessionsFor(snapshot: Snapshot, uid: number | undefined): readonly AssignedSession[] {
  const sessions = snapshot.assignment?.sessions ?? [];
  const holder = snapshot.assignment?.holder?.id;
  return isRootful(uid)
    ? sessions.filter(({ user }) => user.id === holder)
    : sessions.filter((session) => session.uid === uid);
}
