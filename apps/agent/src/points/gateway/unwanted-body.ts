/** What happens to the rest of a body that nobody wants any more. Holds nothing else. */

import type { IncomingMessage } from 'node:http';

/** What a client may still send of it, before its connection goes. */
const MAX_UNWANTED_BYTES = 1024 * 1024;

/** Lets a client finish a small body, so that it reads the answer; a large one ends its connection. */
export function discard(request: IncomingMessage): void {
  let left = MAX_UNWANTED_BYTES;
  request.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) request.destroy();
  });
  request.resume();
}
