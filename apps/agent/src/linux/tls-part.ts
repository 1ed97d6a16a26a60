/** The part of the thread that speaks TLS: knows connections and contexts by id. Leaves records and bytes to tls-connection.ts. */

import type { Progress, Served } from './event-loop.ts';
import type { Part, PartDependencies } from './event-part.ts';
import type { Openssl, Pointer } from './openssl.ts';
import { createTlsConnection, type TlsConnection } from './tls-connection.ts';
import type { FromTlsPart, OpenMessage, ToTlsPart } from './tls-messages.ts';

interface Entry extends Served {
  readonly connection: TlsConnection;
  close(reset: boolean): void;
}

type MessageOf<Kind extends ToTlsPart['kind']> = Extract<ToTlsPart, { kind: Kind }>;

/** Where there is no OpenSSL to use, every connection is refused; who starts the thread asks first. */
export function createTlsPart(
  openssl: Openssl | undefined,
  { calls, loop, tell, catchUp }: PartDependencies<FromTlsPart>,
): Part<ToTlsPart> {
  const contexts = new Map<number, Pointer>();
  const byId = new Map<number, Entry>();
  let idleTimeoutMs = Number.POSITIVE_INFINITY;

  function open(message: OpenMessage): void {
    const context = contexts.get(message.context);
    if (openssl === undefined || context === undefined) refuse(message);
    else serve(createTlsConnection({ calls, openssl, context, tell, catchUp }, message));
  }

  function serve(connection: TlsConnection): void {
    const entry: Entry = {
      connection,
      fds: connection.fds,
      advance(): Progress {
        const progress = connection.advance();
        if (progress === 'over') byId.delete(connection.id);
        wakeTarget(connection);
        return progress;
      },
      patienceMs: () => connection.patienceMs(idleTimeoutMs),
      giveUp: () => entry.close(true),
      close(reset) {
        // Its descriptors may be given to another as soon as they are closed.
        loop.remove(entry);
        byId.delete(connection.id);
        connection.close(reset);
        wakeTarget(connection);
      },
    };
    byId.set(connection.id, entry);
    loop.add(entry);
  }

  /** What moves to another connection is moved when that one is advanced. */
  function wakeTarget({ movesTo }: TlsConnection): void {
    const target = movesTo && byId.get(movesTo.id);
    if (target !== undefined) loop.wake(target);
  }

  /** What it was to be made of could not be used. */
  function refuse({ id, socket, channel }: OpenMessage): void {
    tell({ kind: 'ended', id, failure: { name: 'ERR_TLS_CONTEXT', message: 'no usable certificates' } });
    calls.close(channel);
    calls.reset(socket);
    tell({ kind: 'closed', id });
  }

  function startMove({ id, to, bytes, behind }: MessageOf<'move'>): void {
    const from = byId.get(id);
    const target = byId.get(to);
    if (from === undefined || target === undefined || !from.connection.giveTo(target.connection)) {
      tell({ kind: 'moved', id, bytes: 0, isWhole: false });
      return;
    }
    target.connection.take({ from: from.connection, bytes, left: bytes, behind });
    loop.wake(target);
  }

  function takeContext({ id, options }: MessageOf<'context'>): void {
    try {
      if (openssl !== undefined) contexts.set(id, openssl.contexts.create(options));
    } catch {
      // Each connection that asks for it is refused.
    }
  }

  function forgetContext(id: number): void {
    const context = contexts.get(id);
    contexts.delete(id);
    // Connections that were made of it keep it.
    if (context !== undefined) openssl?.contexts.free(context);
  }

  /** Unknown when it ended by itself meanwhile. */
  function withEntry(id: number, act: (entry: Entry) => void): void {
    const entry = byId.get(id);
    if (entry === undefined) return;
    loop.wake(entry);
    act(entry);
  }

  return {
    take(message) {
      if (message.kind === 'setUp') idleTimeoutMs = message.idleTimeoutMs;
      else if (message.kind === 'context') takeContext(message);
      else if (message.kind === 'forget') forgetContext(message.id);
      else if (message.kind === 'open') open(message);
      else if (message.kind === 'move') startMove(message);
      else
        withEntry(message.id, (entry) => {
          if (message.kind === 'cut') entry.close(message.reset);
          else entry.connection[message.kind]();
        });
    },
    closeAll() {
      for (const entry of [...byId.values()]) entry.close(true);
    },
    release() {
      for (const id of [...contexts.keys()]) forgetContext(id);
    },
  };
}
