/**
 * Opens verified TLS connections to registries and keeps them for the next request. Every connection is dialled through the checks of
 * addresses; the names of certificates are checked as engines do. Leaves what is sent over them to upstream-call.ts.
 */

import { Agent } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Authority, formatAuthority } from '@pullgate/wire';
import type { Checked, Dialer } from '../../egress/dial.ts';
import { selectUpstream, type UpstreamConfig } from '../../egress/upstream.ts';
import type { UpstreamTrust } from './certificates.ts';
import type { ClientContexts } from './client-contexts.ts';
import type { TlsLayer } from './tls.ts';
import { describeTlsFailure } from './tls-failure.ts';

/** Why a registry could not be reached; `refused` is for the policy's wording. */
export class CallFailed extends Error {
  override readonly name = 'CallFailed';
  readonly kind: string;
  readonly status: number;
  constructor(kind: string, status: number, message: string, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
    this.status = status;
  }
}

/** Whom to reach, and how. */
export interface Way {
  readonly target: Authority;
  readonly trust: UpstreamTrust;
  /** See AcceptedTls. */
  readonly lane: number;
}

export interface RegistryPool {
  /** For one host: connections of it are not shared with others, nor with other client certificates. */
  agentFor(way: Way): Agent;
  /** Whether the addresses that a connection was dialled to still pass: the policy that named one may be gone. */
  mayUse(connection: Duplex): boolean;
  /** Serves no further request over the connections that there are: what allowed their addresses may have changed. */
  renew(): void;
  stop(): void;
}

export interface PoolDependencies {
  readonly dialer: Dialer;
  readonly upstream: UpstreamConfig;
  readonly tls: TlsLayer;
  readonly contexts: ClientContexts;
  readonly connectTimeoutMs: number;
  /** Aborted when the point stops. */
  readonly stopped: AbortSignal;
}

/** Content delivery networks have many names; agents beyond this are made anew. */
const MAX_AGENTS = 256;
/** An engine pulls three layers at a time, a build server some dozens. */
const MAX_FREE_SOCKETS = 64;
/** To one host at once; each takes some 100 KiB. A thousand small pulls share them, one after the other. */
const MAX_SOCKETS = 256;
const FREE_SOCKET_MS = 30_000;

export function createRegistryPool(dependencies: PoolDependencies): RegistryPool {
  const agents = new Map<string, Agent>();
  const dialled = new WeakMap<Duplex, Checked>();

  async function open(way: Way): Promise<Socket> {
    const checked = await check(dependencies, way.target);
    const socket = await openConnection(dependencies, checked, way);
    dialled.set(socket, checked);
    return socket;
  }

  function createAgent(way: Way): Agent {
    const agent = new Agent({
      keepAlive: true,
      maxSockets: MAX_SOCKETS,
      maxFreeSockets: MAX_FREE_SOCKETS,
      timeout: FREE_SOCKET_MS,
    });
    agent.createConnection = (_options, done) => {
      open(way).then(
        (socket) => done?.(null, socket),
        (error: Error) => done?.(error, undefined as unknown as Duplex),
      );
      return undefined;
    };
    return agent;
  }

  function agentFor({ target, trust, lane }: Way): Agent {
    const key = [lane, formatAuthority(target), trust.cert, trust.key, trust.ca].join(' ');
    const agent = agents.get(key) ?? createAgent({ target, trust, lane });
    agents.delete(key);
    agents.set(key, agent);
    const [longestUnused] = agents.keys();
    if (agents.size > MAX_AGENTS && longestUnused !== undefined) retire(longestUnused);
    return agent;
  }

  /** What it transfers goes on: a registry that names hosts without end must not cut what others send. */
  function retire(key: string): void {
    const agent = agents.get(key);
    agents.delete(key);
    if (agent === undefined) return;
    agent.maxFreeSockets = 0;
    closeIdle(agent);
  }

  /** Also of those that are in use, or just being opened. */
  function renew(): void {
    for (const key of [...agents.keys()]) retire(key);
  }

  function stop(): void {
    for (const agent of agents.values()) agent.destroy();
    agents.clear();
  }

  function mayUse(connection: Duplex): boolean {
    const checked = dialled.get(connection);
    return checked === undefined || dependencies.dialer.mayReach(checked);
  }
  return { agentFor, mayUse, renew, stop };
}

function closeIdle(agent: Agent): void {
  for (const socket of Object.values(agent.freeSockets).flat()) socket?.destroy();
}

async function check({ dialer, upstream }: PoolDependencies, target: Authority): Promise<Checked> {
  const checked = await dialer.check(target, selectUpstream(upstream, 'https', target));
  if (checked.kind === 'refused') throw new CallFailed('refused', 403, 'the address is refused');
  if (checked.kind !== 'checked') throw new CallFailed(checked.kind, checked.status, checked.message);
  return checked;
}

async function openConnection(
  dependencies: PoolDependencies,
  checked: Checked,
  { trust, lane }: Way,
): Promise<Socket> {
  const { dialer, connectTimeoutMs, stopped } = dependencies;
  const { target } = checked;
  const dialled = await dialer.connect(checked, { tunnel: true, signal: stopped });
  if (dialled.kind === 'refused') throw new CallFailed('refused', 403, 'the address is refused');
  if (dialled.kind !== 'connected') throw new CallFailed(dialled.kind, dialled.status, dialled.message);
  if (dialled.early.length > 0) dialled.socket.unshift(dialled.early);
  const socket = startTls(dependencies, dialled.socket, { target, trust, lane });
  await handshake(socket, target, {
    timeoutMs: connectTimeoutMs,
    stopped,
    hasClient: trust.cert !== undefined,
  });
  return socket;
}

/** @throws CallFailed when the registry's own authority, or what it asks its clients for, cannot be used. */
function startTls({ tls, contexts }: PoolDependencies, under: Socket, { target, trust, lane }: Way): Socket {
  try {
    return tls.connect({ under, target, context: contexts(trust), lane });
  } catch (error) {
    under.destroy();
    const place = formatAuthority(target, 443);
    const what = `the certificates that this machine keeps for ${place} cannot be used; mend those in /etc/docker/certs.d, then: sudo pullgate agent install --only trust`;
    throw new CallFailed('tls', 502, what, error);
  }
}

interface HandshakeLimits {
  readonly timeoutMs: number;
  readonly stopped: AbortSignal;
  /** It shows a client certificate. */
  readonly hasClient: boolean;
}

function handshake(
  socket: Socket,
  target: Authority,
  { timeoutMs, stopped, hasClient }: HandshakeLimits,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const place = formatAuthority(target, 443);
    const finish = (failure?: CallFailed): void => {
      clearTimeout(timer);
      stopped.removeEventListener('abort', ended);
      socket.off('secureConnect', done).off('error', failed).off('close', closed);
      if (failure === undefined) {
        resolve();
        return;
      }
      socket.on('error', () => undefined).destroy();
      reject(failure);
    };
    const done = (): void => finish();
    const failed = (error: NodeJS.ErrnoException): void =>
      finish(new CallFailed('tls', 502, describeTlsFailure(place, error, hasClient), error));
    const closed = (): void =>
      finish(new CallFailed('tls', 502, `${place} closed the connection during the TLS handshake`));
    const late = (): void =>
      finish(new CallFailed('timeout', 504, `${place} did not finish the TLS handshake in time`));
    const ended = (): void => finish(new CallFailed('tls', 502, 'the agent stops'));
    const timer = setTimeout(late, timeoutMs);
    stopped.addEventListener('abort', ended);
    socket.on('secureConnect', done).on('error', failed).on('close', closed);
  });
}
