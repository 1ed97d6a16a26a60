/** Where a request comes from and whom it was meant for: client address, Host, loopback. */

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isLoopbackHost } from '../config.ts';
import { ControlPlaneError } from '../errors.ts';

/** What an Activity entry keeps of the client. */
export interface Origin {
  readonly address: string;
  readonly userAgent?: string;
}

/** Long enough for every browser; the header is the client's to write. */
const MAX_USER_AGENT = 256;

export function originOf(request: FastifyRequest): Origin {
  const userAgent = request.headers['user-agent']?.slice(0, MAX_USER_AGENT);
  return { address: request.ip, ...(userAgent === undefined ? {} : { userAgent }) };
}

/** Whether the client is a process of this machine, with no proxy between. */
export function isFromThisMachine(request: FastifyRequest): boolean {
  const { 'x-forwarded-for': forwardedFor, forwarded } = request.headers;
  const address = (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  return forwardedFor === undefined && forwarded === undefined && isLoopbackHost(address);
}

/** Orchestrators probe by address; these paths say nothing worth stealing. */
const PROBES = new Set(['/healthz', '/readyz']);

/** A page that rebinds its DNS name to this address would be same-origin with us; its name is in Host. */
export function checkHost(app: FastifyInstance, publicUrl: () => string): void {
  app.addHook('onRequest', async (request) => {
    if (PROBES.has(request.routeOptions.url ?? '')) return;
    const host = hostnameOf(request.headers.host ?? '');
    if (isLoopbackHost(host) || host === new URL(publicUrl()).hostname) return;
    throw new ControlPlaneError('HOST_REFUSED', 'the Host header names another server', {
      hint: `use ${publicUrl()}, or set --public-url`,
    });
  });
}

function hostnameOf(host: string): string {
  const url = `http://${host}`;
  return URL.canParse(url) ? new URL(url).hostname : '';
}
