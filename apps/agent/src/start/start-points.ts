/** Starts the enforcement points, and before them what enforces sign-in. */

import type { AgentConfig } from '../config.ts';
import { createEventThreads } from '../linux/event-thread.ts';
import type { Point, PointDependencies } from '../point.ts';
import { parseGatewayConfig } from '../points/gateway/config.ts';
import { createGatewayPoint } from '../points/gateway/point.ts';
import { parseProxyConfig } from '../points/proxy/config.ts';
import { createProxyPoint } from '../points/proxy/point.ts';
import type { RequiredSignInSource } from '../sign-in-required/required.ts';
import { watchRequiredSignIn } from '../sign-in-required/watch-required.ts';
import type { Base } from './base.ts';

export type CreatePoints = (config: AgentConfig, dependencies: PointDependencies) => readonly Point[];

export async function startRequiredSignIn(
  { config, log, started }: Base,
  given: RequiredSignInSource | undefined,
): Promise<RequiredSignInSource> {
  const organization = config.organization.slug;
  const source =
    given ??
    (await watchRequiredSignIn({
      organization,
      root: config.signInRoot,
      log: log.child({ component: 'sign-in' }),
    }));
  started.defer(() => source.stop());
  return source;
}

/** @throws the coded errors of the points */
export async function startPoints(points: readonly Point[], { started }: Base): Promise<void> {
  for (const point of points) {
    await point.start();
    started.defer(() => point.stop());
  }
}

export const createUsualPoints: CreatePoints = (config, given) => {
  const dependencies = { ...given, threads: createEventThreads() };
  const proxy = config.upstreamProxy;
  const upstream =
    proxy === undefined ? {} : { https: proxy.url, http: proxy.url, noProxy: proxy.noProxy.join(',') };
  const controlPlane = toHostWithPort(config.server);
  const gateway = createGatewayPoint(
    parseGatewayConfig({ trustDir: config.paths.trustDir, tagsFile: config.paths.tagsFile, upstream }),
    dependencies,
  );
  const listen = parseProxyConfig({ listen: config.proxyListen, upstream, controlPlane });
  // As people read them. Between the two starts what needs inspection is denied, and nothing else.
  return [createProxyPoint(listen, { ...dependencies, inspection: gateway }), gateway];
};

/** A URL leaves the port of its scheme out. */
function toHostWithPort(origin: string): string {
  const { protocol, hostname, port } = new URL(origin);
  return `${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`;
}
