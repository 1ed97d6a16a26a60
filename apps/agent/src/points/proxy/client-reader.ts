/** Reads a client's bytes one chunk at a time, so that nothing is read before somebody asks. Leaves writing to the socket itself. */

import type { Socket } from 'node:net';

export interface ClientReader {
  /** The next bytes; `undefined` when the client ended, the connection broke, or `signal` was aborted. */
  read(signal?: AbortSignal): Promise<Uint8Array | undefined>;
  /** Gives bytes back that the next read returns first. */
  putBack(bytes: Uint8Array): void;
  /** Takes what was put back, for one who reads the socket directly from now on. */
  takeRest(): Uint8Array;
}

export function createClientReader(socket: Socket): ClientReader {
  let rest: Uint8Array = new Uint8Array();
  const takeRest = (): Uint8Array => {
    const taken = rest;
    rest = new Uint8Array();
    return taken;
  };
  return {
    takeRest,
    putBack(bytes) {
      rest = bytes;
    },
    async read(signal) {
      return rest.length > 0 ? takeRest() : await readChunk(socket, signal);
    },
  };
}

function readChunk(socket: Socket, signal: AbortSignal | undefined): Promise<Uint8Array | undefined> {
  return new Promise((settle) => {
    if (socket.destroyed || socket.readableEnded || signal?.aborted) return settle(undefined);
    const finish = (chunk?: Uint8Array): void => {
      socket.pause();
      socket.off('data', finish).off('end', stop).off('close', stop);
      signal?.removeEventListener('abort', stop);
      settle(chunk);
    };
    const stop = (): void => finish();
    socket.on('data', finish).on('end', stop).on('close', stop);
    signal?.addEventListener('abort', stop);
    socket.resume();
  });
}
