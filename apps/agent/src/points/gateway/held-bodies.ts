/** Sends long bodies between registry and client past this thread, where TLS can. Leaves moving them to the layer of TLS. */

import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { hasBody } from './request-shape.ts';
import type { BodyMover } from './tls.ts';

export interface HeldBodies {
  /** Whether bodies can be moved from this connection, and to it. */
  reaches(connection: Socket): boolean;
  /** Has the registry's connection wait behind the head of its answer. */
  watch(outgoing: ClientRequest): void;
  /** Lets the body of an answer come as always unless it is one to be moved. To be called in the turn of the answer. */
  sortAnswer(response: IncomingMessage): void;
  /** The same for a client's request; to be called in its turn, for every one. */
  sortRequest(request: IncomingMessage): void;
  /** Whether the body of this message waits to be moved. */
  has(message: IncomingMessage): boolean;
  /** Lets a request's body come after all. */
  release(request: IncomingMessage): void;
  /** Ends the client's answer with the body that waits; what was cut looks cut. */
  moveAnswer(response: IncomingMessage, client: ServerResponse, cutOff: () => void): Promise<void>;
  /** Ends the request to the registry, whose head was written, with the body that waits; half of one is no body. */
  moveRequest(request: IncomingMessage, outgoing: ClientRequest): Promise<void>;
}

/** A connection that a body was moved from is not used again, so that it costs a handshake; shorter ones are not worth it. */
const MIN_BYTES = 1024 * 1024;

export function createHeldBodies(mover: BodyMover): HeldBodies {
  const waiting = new WeakMap<IncomingMessage, number>();
  /** Clients that sent a body which was not moved: where it ended, only Node's parser knows. */
  const flowing = new WeakSet<Socket>();
  /** Connections to registries that wait behind the head of an answer. */
  const gated = new WeakSet<Socket>();

  function flow(client: Socket): void {
    flowing.add(client);
    mover.flow(client);
  }

  return {
    reaches: (connection) => mover.reaches(connection),
    watch(outgoing) {
      outgoing.once('socket', (socket) => {
        if (!mover.gate(socket)) return;
        gated.add(socket);
        // An answer before the answer is a head as well.
        outgoing.on('information', () => void mover.gate(socket));
      });
    },
    sortAnswer(response) {
      const isGated = gated.delete(response.socket);
      const length = lengthOfAnswer(response);
      if (isGated && length >= MIN_BYTES && isUntouched(response)) waiting.set(response, length);
      else mover.flow(response.socket);
    },
    sortRequest(request) {
      const { socket } = request;
      if (!mover.holds(socket) || flowing.has(socket)) return;
      const length = lengthOf(request);
      if (!hasBody(request)) mover.gate(socket);
      else if (length >= MIN_BYTES && isUntouched(request)) waiting.set(request, length);
      else flow(socket);
    },
    has: (message) => waiting.has(message),
    release(request) {
      if (waiting.delete(request)) flow(request.socket);
    },
    async moveAnswer(response, client, cutOff) {
      const length = waiting.get(response) ?? 0;
      client.flushHeaders();
      const isDone =
        client.socket !== null && (await moveBetween(mover, response.socket, client.socket, length));
      response.on('error', () => undefined).destroy();
      if (isDone) client.end();
      else cutOff();
    },
    async moveRequest(request, outgoing) {
      const length = waiting.get(request) ?? 0;
      waiting.delete(request);
      const isDone =
        outgoing.socket !== null && (await moveBetween(mover, request.socket, outgoing.socket, length));
      if (outgoing.destroyed) return;
      if (isDone) outgoing.end();
      else outgoing.destroy();
    },
  };
}

/** Nothing is seen to move here meanwhile; the mover has a limit of its own. */
async function moveBetween(mover: BodyMover, from: Socket, to: Socket, length: number): Promise<boolean> {
  const sockets = [from, to].map((socket) => ({ socket, timeout: socket.timeout ?? 0 }));
  for (const { socket } of sockets) socket.setTimeout(0);
  const isDone = await mover.move(from, to, length);
  for (const { socket, timeout } of sockets) socket.setTimeout(timeout);
  return isDone;
}

/** Nothing of the body has come here yet. */
function isUntouched(message: IncomingMessage): boolean {
  return message.readableLength === 0 && !message.complete;
}

function lengthOfAnswer(response: IncomingMessage): number {
  return response.statusCode === 200 || response.statusCode === 206 ? lengthOf(response) : 0;
}

/** 0 where something else delimits the body. */
function lengthOf({ headers }: IncomingMessage): number {
  return headers['transfer-encoding'] === undefined ? Number(headers['content-length'] ?? 0) : 0;
}
