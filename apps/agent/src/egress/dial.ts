/** Opens connections to judged targets: resolves, checks every address, connects. Leaves the policy's judgement of names to query.ts. */

import { lookup } from 'node:dns/promises';
import { connect, type NetConnectOpts, type Socket } from 'node:net';
import { quote } from '@pullgate/errors';
import {
  type Authority,
  createConnectReplyDecoder,
  encodeConnect,
  encodeReasonPhrase,
  formatAuthority,
} from '@pullgate/wire';
import { isRefusedAddress } from './addresses.ts';
import { formatUpstream, type UpstreamProxy } from './upstream.ts';

export interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}

/** Gives all addresses of a name; rejects when there are none. */
export type Resolve = (host: string) => Promise<readonly ResolvedAddress[]>;

export type DialFailureKind = 'dns' | 'connect' | 'timeout' | 'upstream';

/** Every ending of a dial but a connection. `refused` is for the policy's wording; a failure carries its own sentence. */
export type DialFailure =
  | { readonly kind: 'refused' }
  | { readonly kind: DialFailureKind; readonly status: 502 | 504; readonly message: string };

export interface Dialled {
  readonly kind: 'connected';
  /** Paused. */
  readonly socket: Socket;
  /** Bytes that the target sent behind an upstream proxy's reply. */
  readonly early: Uint8Array;
}

export interface Dialer {
  /** Resolves and checks a target. What it gives is all that {@link Dialer.connect} may dial. */
  check(target: Authority, upstream: UpstreamProxy | undefined): Promise<Checked | DialFailure>;
  /** Whether each address that was checked still passes: the policy that named one may be gone. */
  mayReach(checked: Checked): boolean;
  /** Connects a checked target; with `tunnel`, through an upstream proxy's CONNECT. */
  connect(checked: Checked, options?: DialOptions): Promise<Dialled | DialFailure>;
}

export interface DialOptions {
  /** Ask an upstream proxy for a tunnel; without it, the socket leads to the proxy itself. */
  readonly tunnel?: boolean;
  /** Receives incoming bytes into a buffer of its own (net's `onread`); only for direct connections. */
  readonly onread?: NonNullable<NetConnectOpts['onread']>;
  readonly signal?: AbortSignal;
}

export interface Checked {
  readonly kind: 'checked';
  readonly target: Authority;
  readonly upstream: UpstreamProxy | undefined;
  /** Of the target; empty when an upstream proxy will resolve the name. */
  readonly addresses: readonly ResolvedAddress[];
}

export interface DialerDependencies {
  /** Whether the policy names an address that is refused otherwise. */
  readonly allowsAddress: (address: string) => boolean;
  readonly resolve?: Resolve;
  readonly connectTimeoutMs: number;
}

/** RFC 8305, 5 recommends 250 ms between attempts. */
const ATTEMPT_TIMEOUT_MS = 250;

export function createDialer(dependencies: DialerDependencies): Dialer {
  const { allowsAddress, connectTimeoutMs } = dependencies;
  const resolve = dependencies.resolve ?? resolveByName;

  // One refused address refuses the name: who mixes them wants the second attempt to reach the first kind.
  const passes = (addresses: readonly ResolvedAddress[]): boolean =>
    addresses.every(({ address }) => !isRefusedAddress(address) || allowsAddress(address));

  async function check(
    target: Authority,
    upstream: UpstreamProxy | undefined,
  ): Promise<Checked | DialFailure> {
    const found = await withTimeout(resolveTarget(resolve, target), connectTimeoutMs);
    const addresses = found ?? [];
    if (!passes(addresses)) return { kind: 'refused' };
    if (addresses.length === 0 && upstream === undefined) return dnsFailure(target);
    return { kind: 'checked', target, upstream, addresses };
  }

  async function open(checked: Checked, options: DialOptions = {}): Promise<Dialled | DialFailure> {
    const { upstream } = checked;
    const deadline = AbortSignal.timeout(connectTimeoutMs);
    const signal = options.signal ? AbortSignal.any([deadline, options.signal]) : deadline;
    if (upstream === undefined) {
      const socket = await connectSocket(checked.target, checked.addresses, signal, options.onread);
      return socket instanceof Error ? connectFailure(checked.target, socket, deadline) : toDialled(socket);
    }
    // The administrator configured this proxy, so its address is not checked: 127.0.0.1:3128 is a usual one.
    const addresses = (await withTimeout(resolveTarget(resolve, upstream.address), connectTimeoutMs)) ?? [];
    const socket =
      addresses.length === 0
        ? new Error('name not found')
        : await connectSocket(upstream.address, addresses, signal);
    if (socket instanceof Error) return upstreamUnreachable(upstream, deadline);
    return options.tunnel === true
      ? await openTunnel(socket, checked.target, upstream, signal)
      : toDialled(socket);
  }
  return { check, mayReach: ({ addresses }) => passes(addresses), connect: open };
}

const resolveByName: Resolve = (host) => lookup(host, { all: true, order: 'verbatim' });

async function resolveTarget(resolve: Resolve, target: Authority): Promise<readonly ResolvedAddress[]> {
  if (target.kind !== 'name') return [{ address: target.host, family: target.kind === 'ipv4' ? 4 : 6 }];
  try {
    return await resolve(target.host);
  } catch {
    return [];
  }
}

/** Connects to one of the given addresses, trying families in turn (RFC 8305); the name is never resolved again. */
function connectSocket(
  target: Authority,
  addresses: readonly ResolvedAddress[],
  signal: AbortSignal,
  onread?: DialOptions['onread'],
): Promise<Socket | Error> {
  return new Promise((settle) => {
    const socket = connect({
      host: CHECKED_NAME,
      port: target.port,
      allowHalfOpen: true,
      noDelay: true,
      keepAlive: true,
      autoSelectFamily: true,
      autoSelectFamilyAttemptTimeout: ATTEMPT_TIMEOUT_MS,
      lookup: (_host, _options, done) => done(null, [...addresses]),
      ...(onread && { onread }),
    });
    socket.pause();
    const finish = (outcome: Socket | Error): void => {
      signal.removeEventListener('abort', abort);
      socket.off('connect', connected).off('error', finish);
      if (outcome !== socket) socket.on('error', ignore).destroy();
      settle(outcome);
    };
    const abort = (): void => finish(new Error('aborted'));
    const connected = (): void => finish(socket);
    socket.on('connect', connected).on('error', finish);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort);
  });
}

/** A name that makes net call our `lookup`; nothing resolves it. */
const CHECKED_NAME = 'checked.invalid';

function openTunnel(
  socket: Socket,
  target: Authority,
  upstream: UpstreamProxy,
  signal: AbortSignal,
): Promise<Dialled | DialFailure> {
  return new Promise((settle) => {
    const decoder = createConnectReplyDecoder();
    const finish = (outcome: Dialled | DialFailure): void => {
      signal.removeEventListener('abort', abort);
      socket.pause();
      socket.off('data', read).off('error', broken).off('end', broken).off('close', broken);
      if (outcome.kind !== 'connected') socket.on('error', ignore).destroy();
      settle(outcome);
    };
    const abort = (): void => finish(upstreamUnreachable(upstream, signal));
    const broken = (): void => finish(upstreamBroken(upstream, target));
    const read = (chunk: Buffer): void => {
      const reply = decoder.decode(chunk);
      if (reply.kind === 'more') return;
      if (reply.kind === 'invalid') broken();
      else if (reply.status >= 200 && reply.status < 300)
        finish({ kind: 'connected', socket, early: reply.rest });
      else if (reply.status >= 200) finish(upstreamRefused(upstream, target, reply.status, reply.phrase));
      else broken();
    };
    socket.on('data', read).on('error', broken).on('end', broken).on('close', broken);
    signal.addEventListener('abort', abort);
    socket.write(encodeConnect(target, upstream.authorization));
    socket.resume();
  });
}

function ignore(): void {
  // The outcome is settled; a late error of the abandoned socket says nothing new.
}

function toDialled(socket: Socket): Dialled {
  return { kind: 'connected', socket, early: new Uint8Array() };
}

async function withTimeout<T>(work: Promise<T>, timeoutMs: number): Promise<T | undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(resolve, timeoutMs, undefined);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}

function dnsFailure(target: Authority): DialFailure {
  const message = `the name ${quote(target.host)} could not be resolved from this machine`;
  return { kind: 'dns', status: 502, message };
}

function connectFailure(target: Authority, error: Error, deadline: AbortSignal): DialFailure {
  const place = formatAuthority(target);
  if (deadline.aborted) return { kind: 'timeout', status: 504, message: `${place} did not answer in time` };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : 'no answer';
  return {
    kind: 'connect',
    status: 502,
    message: `${place} could not be reached from this machine (${code})`,
  };
}

function upstreamUnreachable(upstream: UpstreamProxy, deadline: AbortSignal): DialFailure {
  const place = formatUpstream(upstream);
  if (deadline.aborted)
    return { kind: 'timeout', status: 504, message: `the company's proxy ${place} did not answer in time` };
  return { kind: 'upstream', status: 502, message: `the company's proxy ${place} could not be reached` };
}

function upstreamBroken(upstream: UpstreamProxy, target: Authority): DialFailure {
  const message = `the company's proxy ${formatUpstream(upstream)} closed the connection to ${formatAuthority(target)}`;
  return { kind: 'upstream', status: 502, message };
}

function upstreamRefused(
  upstream: UpstreamProxy,
  target: Authority,
  status: number,
  phrase: string,
): DialFailure {
  const why = `${status} ${encodeReasonPhrase(phrase).slice(0, 80)}`.trim();
  const message = `the company's proxy ${formatUpstream(upstream)} refused ${formatAuthority(target)} (${why})`;
  return { kind: 'upstream', status: 502, message };
}
