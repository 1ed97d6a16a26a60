/** One answer of server-sent events with a bound on what waits for a slow reader. Leaves what is sent, and when, to its users. */

import type { FastifyReply } from 'fastify';

export interface EventStream {
  /** False, and nothing is kept, when the reader is behind by more than the bound, or gone. */
  send(frame: Buffer | string): boolean;
  end(): void;
  /** Ends at once, without the reader's help. */
  drop(): void;
  readonly isOpen: boolean;
}

/** The part of an answer that a stream writes to; a socket that is backed up shows in `writableLength`. */
export interface StreamTarget {
  readonly writableLength: number;
  readonly destroyed: boolean;
  readonly writableEnded: boolean;
  write(chunk: Buffer | string): boolean;
  end(): unknown;
  destroy(): unknown;
}

/** `event` and `data` are ours: no line breaks in the one, JSON in the other. */
export function formatEvent(event: string, data: unknown, id?: string): string {
  return `event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`;
}

/** A line that readers ignore; it keeps proxies and readers from giving the connection up. */
export const COMMENT = Buffer.from(':\n\n');

export function createEventStream(target: StreamTarget, maxWaitingBytes: number): EventStream {
  const isOpen = () => !target.destroyed && !target.writableEnded;
  return {
    send: (frame) => {
      if (!isOpen() || target.writableLength > maxWaitingBytes) return false;
      target.write(frame);
      return true;
    },
    end: () => {
      if (isOpen()) target.end();
    },
    drop: () => {
      target.destroy();
    },
    get isOpen() {
      return isOpen();
    },
  };
}

/** Takes the answer over from the framework, with the headers that were set so far. */
export function openEventStream(
  reply: FastifyReply,
  maxWaitingBytes: number,
  onClose: () => void,
): EventStream {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    // nginx holds answers back otherwise.
    'x-accel-buffering': 'no',
  });
  raw.on('close', onClose);
  // A reader that resets the connection is no fault of ours.
  raw.on('error', onClose);
  raw.write(COMMENT);
  return createEventStream(raw, maxWaitingBytes);
}
