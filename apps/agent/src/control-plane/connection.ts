/**
 * Keeps one machine in touch with its control plane: announcements, documents, heartbeats, and polls where announcements do not
 * come through. Leaves what a document means to the bundle store, and decisions to the decision log.
 */

import type { Heartbeat } from '@pullgate/protocol';
import type { Logger } from 'pino';
import { AgentError } from '../agent-error.ts';
import type { Clock } from '../clock.ts';
import { createBackoff, pause } from './backoff.ts';
import type { ControlPlaneClient, DocumentKind, FetchedDocument } from './client.ts';
import { readEvents } from './event-stream.ts';
import type { Revocation } from './revocation.ts';

/** Semantics 7: every 15 s; two missed, and the stream counts as dead. */
const HEARTBEAT_MS = 15_000;
const STREAM_SILENCE_MS = 2 * HEARTBEAT_MS;
/** Behind proxies that hold events back, a new policy is found by asking. */
const POLL_MS = 30_000;

export type ConnectionState = 'connected' | 'connecting' | 'offline';

export interface ConnectionStatus {
  readonly state: ConnectionState;
  readonly since: number;
  readonly error?: string;
}

export interface ConnectionTimings {
  readonly heartbeatMs: number;
  readonly streamSilenceMs: number;
  readonly pollMs: number;
  readonly reconnectBaseMs: number;
  readonly reconnectMaxMs: number;
}

const TIMINGS: ConnectionTimings = {
  heartbeatMs: HEARTBEAT_MS,
  streamSilenceMs: STREAM_SILENCE_MS,
  pollMs: POLL_MS,
  reconnectBaseMs: 500,
  reconnectMaxMs: 30_000,
};

export interface ConnectionOptions {
  readonly client: ControlPlaneClient;
  readonly clock: Clock;
  readonly log: Logger;
  /** Takes a fetched document; returns whether it changed what is in force. Reports a rejected one itself, never throws. */
  readonly takeDocument: (kind: DocumentKind, document: FetchedDocument) => Promise<void>;
  /** ETag to ask with, absent when nothing is held. */
  readonly etagOf: (kind: DocumentKind) => string | undefined;
  readonly heartbeat: () => Heartbeat;
  /** Called after each call that the server answered well. */
  readonly onContact: () => void;
  /** Told when the server says that this machine is revoked, and when it answers well again. */
  readonly revocation: Pick<Revocation, 'set'>;
  readonly timings?: Partial<ConnectionTimings>;
}

export interface Connection {
  start(): void;
  stop(): Promise<void>;
  /** Fetches both documents now. @throws AgentError when the server does not answer. */
  refresh(): Promise<void>;
  /** Sends a heartbeat soon: after a bundle was taken or rejected. */
  announceState(): void;
  status(): ConnectionStatus;
}

export function createConnection(options: ConnectionOptions): Connection {
  const { client, clock, log, onContact, revocation } = options;
  const timings = { ...TIMINGS, ...options.timings };
  const stopping = new AbortController();
  const { signal } = stopping;
  const running: Promise<void>[] = [];
  let status: ConnectionStatus = { state: 'connecting', since: clock.now() };
  let lastLifeMs = Number.NEGATIVE_INFINITY;
  let wakeHeartbeat = new AbortController();

  const setStatus = (state: ConnectionState, error?: string): void => {
    if (status.state === state && status.error === error) return;
    const since = status.state === state ? status.since : clock.now();
    status = { state, since, ...(error === undefined ? {} : { error }) };
    log.info({ state, ...(error === undefined ? {} : { error }) }, 'connection');
  };
  const succeed = (): void => {
    setStatus('connected');
    revocation.set(false);
    onContact();
  };
  const fail = (error: unknown): void => {
    if (signal.aborted) return;
    // Once said, it holds until the server answers well: pulling the plug does not take it back.
    if (saysRevoked(error)) revocation.set(true);
    setStatus('offline', error instanceof Error ? error.message : 'unknown');
  };
  const sync = createSync(async (kind) => {
    const document = await client.fetchDocument(kind, options.etagOf(kind), signal);
    succeed();
    await options.takeDocument(kind, document);
  });
  const syncQuietly = async (kind: DocumentKind): Promise<void> => {
    await sync(kind).catch(fail);
  };

  const readStream = async (): Promise<void> => {
    const silence = new AbortController();
    const stream = await client.openEvents(AbortSignal.any([signal, silence.signal]));
    const watch = setTimeout(() => silence.abort(), timings.streamSilenceMs);
    succeed();
    // Whatever was announced while nobody listened is asked for now.
    await Promise.all([syncQuietly('policy'), syncQuietly('assignment')]);
    try {
      for await (const item of readEvents(stream as AsyncIterable<Buffer>)) {
        watch.refresh();
        lastLifeMs = clock.monotonicMs();
        if (item.kind === 'announcement' && isDocumentKind(item.document)) void syncQuietly(item.document);
      }
    } finally {
      clearTimeout(watch);
      stream.destroy();
    }
  };
  const keepStream = async (): Promise<void> => {
    const backoff = createBackoff({ baseMs: timings.reconnectBaseMs, maxMs: timings.reconnectMaxMs });
    while (!signal.aborted) {
      const openedAtMs = clock.monotonicMs();
      await readStream().catch(fail);
      if (lastLifeMs > openedAtMs) backoff.reset();
      await pause(backoff.nextMs(), signal);
    }
  };
  const keepPolling = async (): Promise<void> => {
    while (!signal.aborted) {
      await pause(timings.pollMs * (0.75 + Math.random() / 2), signal);
      if (signal.aborted || clock.monotonicMs() - lastLifeMs < timings.pollMs) continue;
      await Promise.all([syncQuietly('policy'), syncQuietly('assignment')]);
    }
  };
  const keepHeartbeat = async (): Promise<void> => {
    while (!signal.aborted) {
      wakeHeartbeat = new AbortController();
      await client.sendHeartbeat(options.heartbeat(), signal).then(succeed, fail);
      if (!wakeHeartbeat.signal.aborted)
        await pause(timings.heartbeatMs, AbortSignal.any([signal, wakeHeartbeat.signal]));
    }
  };
  return {
    start: () => {
      running.push(keepStream(), keepPolling(), keepHeartbeat());
    },
    stop: async () => {
      stopping.abort(new AgentError('SERVER_UNREACHABLE', 'the agent is stopping'));
      await Promise.all(running);
    },
    refresh: async () => {
      await Promise.all([sync('assignment'), sync('policy')]).catch((error: unknown) => {
        fail(error);
        throw error;
      });
    },
    announceState: () => wakeHeartbeat.abort(),
    status: () => status,
  };
}

/**
 * Runs at most one fetch per document. A wish that comes while one is under way is met by one more after it: the running
 * fetch may have read the server before the change that caused the wish.
 */
function createSync(fetchOnce: (kind: DocumentKind) => Promise<void>): (kind: DocumentKind) => Promise<void> {
  const running = new Map<DocumentKind, Promise<void>>();
  const waiting = new Map<DocumentKind, Promise<void>>();
  const run = (kind: DocumentKind): Promise<void> => {
    const work = fetchOnce(kind).finally(() => running.delete(kind));
    running.set(kind, work);
    return work;
  };
  return (kind) => {
    const current = running.get(kind);
    if (current === undefined) return run(kind);
    const queued = waiting.get(kind);
    if (queued !== undefined) return queued;
    const next = current
      .catch(() => undefined)
      .then(() => {
        waiting.delete(kind);
        return run(kind);
      });
    waiting.set(kind, next);
    return next;
  };
}

function saysRevoked(error: unknown): boolean {
  return error instanceof AgentError && error.answer?.code === 'MACHINE_REVOKED';
}

function isDocumentKind(name: string): name is DocumentKind {
  return name === 'policy' || name === 'assignment';
}
