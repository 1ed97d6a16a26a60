/**
 * The proxy point with the gateway behind it under a real policy, as a process. Arguments: registry (`host:port`), folder of certificates,
 * file of the registry's CA. Every name is 127.0.0.1. Prints its port.
 */

import { readFileSync } from 'node:fs';
import { CATALOG } from '@pullgate/catalog';
import {
  compilePolicy,
  decide,
  decideDenials,
  decideHop,
  needsInspection,
  type PolicyDocument,
  refusal,
} from '@pullgate/policy';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { createEventThreads } from '../../apps/agent/src/linux/event-thread.ts';
import type { Decider, PointQuery } from '../../apps/agent/src/point.ts';
import { parseGatewayConfig } from '../../apps/agent/src/points/gateway/config.ts';
import { createGatewayPoint } from '../../apps/agent/src/points/gateway/point.ts';
import { parseProxyConfig } from '../../apps/agent/src/points/proxy/config.ts';
import { createProxyPoint } from '../../apps/agent/src/points/proxy/point.ts';

const [registry = '', trustDir = '', caFile = ''] = process.argv.slice(2);
const document: PolicyDocument = {
  version: 1,
  organization: 'acme',
  mode: { default: 'enforce', teams: {} },
  contact: {},
  sessionOfflineLimit: 604_800,
  registries: [{ id: 'bench', registry, allow: ['pull', 'push'], repositories: ['team/**'] }],
  deny: [],
  urls: { default: 'deny', allow: [], deny: [] },
  addresses: [],
  profiles: [],
  tests: [],
};
const policy = compilePolicy({ document, revision: 1, profiles: CATALOG });
const toQuery = (query: PointQuery) => ({
  ...query,
  subject: { teams: [] },
  point: 'gateway' as const,
  deeper: query.deeper ?? false,
  now: Date.now(),
});
const decider: Decider = {
  decide: (_point, query) => decide(policy, toQuery(query)),
  decideHop: (_point, from, query) => decideHop(policy, from, toQuery(query)),
  decideDenials: (_point, query) => decideDenials(policy, toQuery(query)),
  needsInspection: (query) => needsInspection(policy, toQuery(query)),
  refuse: (_point, reason, target) =>
    refusal({ document, revision: 1, mode: 'enforce', reason, registry: target }),
  allowsAddress: () => true,
  asking: () => decider,
};
const dependencies = {
  threads: createEventThreads(),
  decider,
  recorder: { record: () => undefined },
  log: pino({ level: 'silent' }),
  metrics: new Registry(),
};
const resolve = async () => [{ address: '127.0.0.1', family: 4 }];
const roots = [readFileSync(caFile, 'utf8')];
const gateway = createGatewayPoint(parseGatewayConfig({ trustDir }), dependencies, {
  resolve,
  roots: () => roots,
});
const proxy = createProxyPoint(
  parseProxyConfig({ listen: '127.0.0.1:0' }),
  { ...dependencies, inspection: gateway },
  { resolve },
);
await gateway.start();
await proxy.start();
console.log(proxy.address().port);
