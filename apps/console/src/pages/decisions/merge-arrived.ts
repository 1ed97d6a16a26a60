/** Puts decisions that just arrived on top of a list of attempts, grouped as the server groups them. Pure. */

import type { Decision } from '../../api/decisions.ts';

/** As on the server: the next record of the same within this time belongs to the same attempt. */
const ATTEMPT_GAP_MS = 30_000;

/** @param arrived in the order they came @param attempts newest first */
export function mergeArrived(
  attempts: readonly Decision[],
  arrived: readonly Decision[],
): readonly Decision[] {
  return arrived.reduce(addOne, attempts);
}

function addOne(attempts: readonly Decision[], decision: Decision): readonly Decision[] {
  // The listing may have been read after the decision was sent on its way here.
  if (attempts.some(({ id }) => id === decision.id)) return attempts;
  const key = keyOf(decision);
  const at = attempts.findIndex((attempt) => keyOf(attempt) === key);
  const same = attempts[at];
  if (same === undefined || Math.abs(decision.at - same.at) > ATTEMPT_GAP_MS)
    return insert(attempts, decision);
  // A row that says "allowed" must not hide a denial.
  const shown = same.verdict === 'deny' && decision.verdict !== 'deny' ? same : decision;
  return attempts.with(at, { ...shown, count: same.count + decision.count });
}

function insert(attempts: readonly Decision[], decision: Decision): readonly Decision[] {
  const at = attempts.findIndex((attempt) => attempt.at <= decision.at);
  return attempts.toSpliced(at === -1 ? attempts.length : at, 0, decision);
}

function keyOf({ machine, user, registry, repository, action }: Decision): string {
  return JSON.stringify([machine.id, user ?? null, registry, repository ?? null, action ?? null]);
}
