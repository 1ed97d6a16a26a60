/** Says what the agent as a whole measures. Leaves each point's own measures to the point. */

import { Counter, Gauge, type Registry } from 'prom-client';
import type { DecisionRecorder } from '../point.ts';

export interface MetricSources {
  readonly revision: () => number;
  readonly connected: () => boolean;
  readonly offlineMs: () => number;
  readonly log: () => { readonly pending: number; readonly dropped: number };
}

export function registerAgentMetrics(registry: Registry, sources: MetricSources): void {
  const gauge = (name: string, help: string, read: () => number): void => {
    registry.registerMetric(
      new Gauge({
        name,
        help,
        registers: [],
        collect() {
          this.set(read());
        },
      }),
    );
  };
  gauge('pullgate_agent_policy_revision', 'Revision in force; 0 without a policy', sources.revision);
  gauge('pullgate_agent_connected', '1 while the control plane answers', () => Number(sources.connected()));
  gauge(
    'pullgate_agent_offline_seconds',
    'Time since the control plane answered',
    () => sources.offlineMs() / 1000,
  );
  gauge('pullgate_agent_log_pending', 'Decision records not yet acknowledged', () => sources.log().pending);
  gauge('pullgate_agent_log_dropped', 'Decision records lost since start', () => sources.log().dropped);
}

/** Counts by labels of closed sets alone: what a client sends never becomes a label. */
export function countingDecisions(registry: Registry, recorder: DecisionRecorder): DecisionRecorder {
  const decisions = new Counter({
    name: 'pullgate_agent_decisions_total',
    help: 'Decisions recorded',
    labelNames: ['point', 'verdict', 'effect', 'reason'],
    registers: [registry],
  });
  return {
    record: (entry) => {
      const { verdict, effect, reason } = entry.decision;
      decisions.inc({ point: entry.point, verdict, effect, reason });
      recorder.record(entry);
    },
  };
}
