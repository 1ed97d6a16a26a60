/** Tells what happens at the gateway: to the decision log, to metrics, to the log. Leaves deciding what is told to the callers. */

import type { Logger } from 'pino';
import type { Clock } from '../../clock.ts';
import type { DecisionEntry, PointDependencies } from '../../point.ts';
import type { GatewayMetrics } from './metrics.ts';
import type { Notes } from './services.ts';

/** One pull asks for dozens of blobs: what is forwarded alike within this time is one attempt, as owners count them (semantics 12). */
const ATTEMPT_MS = 30_000;
const MAX_ATTEMPTS = 10_000;

export function createNotes(
  { recorder }: Pick<PointDependencies, 'recorder'>,
  metrics: GatewayMetrics,
  log: Logger,
  now: Clock['now'],
): Notes {
  const isNew = createAttempts(now);
  const record = (entry: DecisionEntry, uid: number | undefined): void =>
    recorder.record({ ...entry, ...(uid === undefined ? {} : { uid }) });
  return {
    judged(entry, uid) {
      const { decision, registry, action } = entry;
      if (decision.mode === 'off') return;
      metrics.requests.inc({ verdict: decision.verdict });
      if (decision.effect === 'refuse') metrics.refused.inc({ reason: decision.reason });
      log.debug({ registry, reason: decision.reason, effect: decision.effect }, 'request judged');
      const isNoAction = decision.verdict === 'allow' && action === undefined;
      if (isNoAction || (decision.effect === 'forward' && !isNew(entry, uid))) return;
      record(entry, uid);
    },
    ended(entry, uid) {
      if (entry.decision.mode !== 'off') record(entry, uid);
      metrics.ended.inc({ reason: entry.decision.reason });
      log.info(
        { registry: entry.registry, reason: entry.decision.reason },
        'open request ended, it is refused now',
      );
    },
    failed(kind, message) {
      metrics.failures.inc({ kind });
      log.info({ kind, problem: message }, 'registry not reached');
    },
  };
}

function createAttempts(now: () => number): (entry: DecisionEntry, uid: number | undefined) => boolean {
  const seen = new Map<string, number>();
  return ({ registry, repository, tag, action, decision }, uid) => {
    const key = JSON.stringify([
      registry,
      repository,
      tag,
      action,
      decision.reason,
      decision.ruleId,
      decision.revision,
      uid,
    ]);
    const last = seen.get(key);
    if (last !== undefined && now() - last < ATTEMPT_MS) return false;
    seen.delete(key);
    seen.set(key, now());
    const [oldest] = seen.keys();
    if (seen.size > MAX_ATTEMPTS && oldest !== undefined) seen.delete(oldest);
    return true;
  };
}
