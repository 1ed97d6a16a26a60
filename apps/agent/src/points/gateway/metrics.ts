/** The metrics of the gateway point. Leaves serving them to the agent. */

import { Counter, Gauge, type Registry } from 'prom-client';

export interface GatewayMetrics {
  readonly requests: Counter<'verdict'>;
  readonly refused: Counter<'reason'>;
  readonly ended: Counter<'reason'>;
  readonly failures: Counter<'kind'>;
  readonly redirects: Counter;
  readonly handshakes: Counter<'outcome'>;
  readonly openTunnels: Gauge;
  readonly bytes: Counter<'direction'>;
}

/** Registers them all. */
export function createGatewayMetrics(registry: Registry): GatewayMetrics {
  const registers = [registry];
  const counter = <T extends string>(name: string, help: string, labelNames: T[]): Counter<T> =>
    new Counter({ name: `pullgate_gateway_${name}`, help, labelNames, registers });
  return {
    requests: counter('requests_total', 'requests judged, by verdict', ['verdict']),
    refused: counter('refused_total', 'requests refused, by reason', ['reason']),
    ended: counter('ended_total', 'open requests ended since they are refused now, by reason', ['reason']),
    failures: counter('failures_total', 'allowed requests that their registry did not answer', ['kind']),
    redirects: counter('redirects_total', 'redirects followed for engines', []),
    handshakes: counter('handshakes_total', 'TLS handshakes with engines, by outcome', ['outcome']),
    openTunnels: new Gauge({
      name: 'pullgate_gateway_open_tunnels',
      help: 'inspected tunnels now open',
      registers,
    }),
    bytes: counter(
      'bytes_total',
      'bytes of inspected tunnels, by direction; TLS is included where Node.js speaks it',
      ['direction'],
    ),
  };
}
