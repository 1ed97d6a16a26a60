/** The proxy point with a decider that allows everything, as a process. Argument: `platform` or `sockets`. Prints its port. */

import type { Decision } from '@pullgate/policy';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import type { Decider } from '../../apps/agent/src/point.ts';
import { parseProxyConfig } from '../../apps/agent/src/points/proxy/config.ts';
import { createProxyPoint } from '../../apps/agent/src/points/proxy/point.ts';
import { createSocketRelay } from '../../apps/agent/src/points/proxy/relay.ts';

const allow: Decision = {
  verdict: 'allow',
  effect: 'forward',
  reason: 'RULE_ALLOWED',
  revision: 1,
  mode: 'enforce',
  message: '',
};
const decider: Decider = {
  decide: () => allow,
  decideHop: () => allow,
  decideDenials: () => allow,
  needsInspection: () => false,
  refuse: () => allow,
  allowsAddress: () => true,
  asking: () => decider,
};
const config = parseProxyConfig({ listen: '127.0.0.1:0' });
const point = createProxyPoint(
  config,
  {
    decider,
    recorder: { record: () => undefined },
    log: pino({ level: 'silent' }),
    metrics: new Registry(),
  },
  process.argv[2] === 'sockets' ? { relay: createSocketRelay(config) } : {},
);
await point.start();
console.log(point.address().port);
