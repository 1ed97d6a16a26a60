/** The answers of the proxy to its client. Leaves the bytes of denials to `wire` and forwarded answers to plain-http.ts. */

import type { Socket } from 'node:net';
import { type EncodeOptions, encodeDenial, encodeOciError } from '@pullgate/wire';
import type { Judgement } from './query.ts';

/** RFC 9110, 9.3.6: no body, no framing fields. */
export const ESTABLISHED: Uint8Array = Buffer.from('HTTP/1.1 200 Connection established\r\n\r\n', 'latin1');
export const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n';

/** Time for a client to read an answer before the connection goes: closing with unread input would reset it. */
const LINGER_MS = 2000;

export function encodeRefusal({ decision }: Judgement, options?: EncodeOptions): Uint8Array {
  return encodeDenial(decision, options);
}

export function encodeMalformed(status: 400 | 431, problem: string): Uint8Array {
  const message = `malformed proxy request: ${problem}`;
  return encodeOciError({ status, code: 'UNSUPPORTED', message, detail: { reason: 'REQUEST_INVALID' } });
}

export function encodeFailure(
  failure: { readonly status: number; readonly message: string },
  options?: EncodeOptions,
): Uint8Array {
  return encodeOciError({ ...failure, code: 'UNAVAILABLE' }, options);
}

export const TOO_SLOW = { status: 408, message: 'the request was not complete in time' } as const;
export const TOO_MANY = {
  status: 503,
  message: 'this proxy has too many open connections, try again',
} as const;

/** Sends a last answer and closes, discarding what the client still sends, for a bounded time. */
export function answerAndClose(socket: Socket, bytes: Uint8Array): void {
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(timer));
  socket.end(bytes);
  socket.on('data', () => undefined);
  socket.resume();
}
