/** The metrics of the proxy point. Leaves serving them to the agent. */

import { Counter, Gauge, type Registry } from 'prom-client';
import type { RelayTotals } from './relay.ts';

export interface ProxyMetrics {
  readonly connections: Counter<'verdict'>;
  readonly refused: Counter<'reason'>;
  readonly ended: Counter<'reason'>;
  readonly malformed: Counter;
  readonly failures: Counter<'kind'>;
  readonly limited: Counter<'limit'>;
  readonly recognitions: Counter<'answer'>;
  readonly openConnections: Gauge;
  readonly openTunnels: Gauge;
  /** Bytes of plain HTTP bodies; tunnels are counted by their relay. */
  readonly bytes: Counter<'direction'>;
}

/** Registers them all. `totals` is read when metrics are collected, since a relay counts outside this thread. */
export function createProxyMetrics(registry: Registry, totals: () => RelayTotals): ProxyMetrics {
  const registers = [registry];
  const counter = <T extends string>(name: string, help: string, labelNames: T[]): Counter<T> =>
    new Counter({ name: `pullgate_proxy_${name}`, help, labelNames, registers });
  const gauge = (name: string, help: string): Gauge =>
    new Gauge({ name: `pullgate_proxy_${name}`, help, registers });
  let seen: RelayTotals = { sent: 0, received: 0 };
  const bytes: Counter<'direction'> = new Counter({
    name: 'pullgate_proxy_bytes_total',
    help: 'bytes relayed, by direction: sent to registries, received from them',
    labelNames: ['direction'],
    registers,
    collect() {
      const now = totals();
      bytes.inc({ direction: 'sent' }, now.sent - seen.sent);
      bytes.inc({ direction: 'received' }, now.received - seen.received);
      seen = now;
    },
  });
  return {
    connections: counter('connections_total', 'requests judged, by verdict', ['verdict']),
    refused: counter('refused_total', 'requests refused, by reason', ['reason']),
    ended: counter('ended_total', 'open connections ended since they are refused now, by reason', ['reason']),
    malformed: counter('malformed_total', 'requests that were no proxy requests', []),
    failures: counter('failures_total', 'allowed requests that did not reach their target', ['kind']),
    limited: counter('limited_total', 'connections and requests turned away by a limit', ['limit']),
    recognitions: counter('recognitions_total', 'unknown hosts asked whether they are registries', [
      'answer',
    ]),
    openConnections: gauge('open_connections', 'client connections now open'),
    openTunnels: gauge('open_tunnels', 'tunnels now open'),
    bytes,
  };
}
