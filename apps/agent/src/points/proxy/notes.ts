/** Tells what happens at the proxy: to the decision log, to metrics, to the log. Leaves deciding what is told to the callers. */

import type { Logger } from 'pino';
import type { PointDependencies } from '../../point.ts';
import type { ProxyMetrics } from './metrics.ts';
import type { Notes } from './services.ts';

export function createNotes(
  { decider, recorder }: PointDependencies,
  metrics: ProxyMetrics,
  log: Logger,
): Notes {
  return {
    ended(refusal, uid) {
      const { registry, decision } = refusal;
      if (decision.mode !== 'off') recorder.record({ ...refusal, ...toUid(uid) });
      metrics.ended.inc({ reason: decision.reason });
      log.info({ registry, reason: decision.reason }, 'open connection ended, it is refused now');
    },
    judged(judgement, uid) {
      const { decision, registry } = judgement;
      if (decision.mode === 'off') return;
      recorder.record({ ...judgement, ...toUid(uid) });
      metrics.connections.inc({ verdict: decision.verdict });
      if (decision.effect === 'refuse') metrics.refused.inc({ reason: decision.reason });
      log.debug({ registry, reason: decision.reason, effect: decision.effect }, 'request judged');
    },
    malformed(problem, uid) {
      metrics.malformed.inc();
      const decision = decider.asking(uid).refuse('proxy', 'REQUEST_INVALID');
      if (decision.mode !== 'off')
        recorder.record({ point: 'proxy', depth: 'host', registry: '', decision, ...toUid(uid) });
      log.debug({ problem }, 'malformed request');
    },
    failed(kind, message) {
      metrics.failures.inc({ kind });
      log.info({ kind, problem: message }, 'target not reached');
    },
    limited(limit) {
      metrics.limited.inc({ limit });
    },
    moved(direction, bytes) {
      metrics.bytes.inc({ direction }, bytes);
    },
    async tunnel(run) {
      metrics.openTunnels.inc();
      try {
        await run();
      } finally {
        metrics.openTunnels.dec();
      }
    },
  };
}

function toUid(uid: number | undefined): { uid?: number } {
  return uid === undefined ? {} : { uid };
}
