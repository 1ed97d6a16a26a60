/** Passes a registry's answer on to the client: status, headers and bytes as they came. Leaves learning from it to learn.ts. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Writable } from 'node:stream';
import { encodeReasonPhrase, toFields } from '@pullgate/wire';
import { toEndToEnd } from '../../egress/hop-by-hop.ts';
import type { HeldBodies } from './held-bodies.ts';
import { streamBody } from './stream-body.ts';

export interface PassOptions {
  /** The client asked with HEAD. */
  readonly headOnly: boolean;
  /** Replaces the value of `Location`. */
  readonly location?: string | undefined;
  /** What the answer's body was, where it has been read already. */
  readonly body?: Buffer | undefined;
  /** Ends the connection of a client whose answer cannot be brought to its end. */
  readonly cutOff: () => void;
  /** Who may hold the answer's body back. */
  readonly bodies?: HeldBodies | undefined;
  /** The client's connection takes no other request. */
  readonly close: boolean;
}

/** Resolves when the client has everything, or its connection is gone. */
export function passResponse(
  response: IncomingMessage,
  client: ServerResponse,
  options: PassOptions,
): Promise<void> {
  client.sendDate = false;
  if (options.close) client.shouldKeepAlive = false;
  client.writeHead(
    response.statusCode ?? 502,
    encodeReasonPhrase(response.statusMessage ?? ''),
    toHeaders(response, options),
  );
  return new Promise((resolve) => {
    client.once('close', () => {
      response.destroy();
      resolve();
    });
    if (options.headOnly) {
      response.resume();
      client.end();
    } else if (options.body !== undefined) client.end(options.body);
    else if (options.bodies?.has(response) === true)
      void options.bodies.moveAnswer(response, client, options.cutOff);
    else pump(response, client, options.cutOff);
  });
}

function pump(response: IncomingMessage, client: ServerResponse, cutOff: () => void): void {
  streamBody(response, sinkOf(response, client));
  response.once('end', () => client.end());
  // What was cut looks cut.
  response.once('close', () => {
    if (!response.complete) cutOff();
  });
  response.on('error', cutOff);
}

/** The socket, where the length alone delimits the body and no earlier answer still has the socket. */
function sinkOf(response: IncomingMessage, client: ServerResponse): Writable {
  const isSized = response.headers['content-length'] !== undefined && !client.chunkedEncoding;
  if (!isSized || client.socket === null) return client;
  client.flushHeaders();
  return client.socket;
}

function toHeaders(response: IncomingMessage, { location }: PassOptions): string[] {
  const kept = toEndToEnd(toFields(response.rawHeaders)).map((field) =>
    location !== undefined && field.name.toLowerCase() === 'location' ? { ...field, value: location } : field,
  );
  return kept.flatMap(({ name, value }) => [name, value]);
}
