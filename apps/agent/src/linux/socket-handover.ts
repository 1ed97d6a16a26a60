/** Takes the descriptor of a socket away from Node.js, for a thread of our own. Leaves what is done with it to the threads. */

import type { Socket } from 'node:net';

/** Negative when the socket is gone, or still has bytes to write: those could not be handed over. */
export function toDescriptor(socket: Socket): number {
  if (socket.destroyed || socket.writableLength > 0 || !('_handle' in socket)) return -1;
  const handle = socket._handle;
  const isOpen =
    typeof handle === 'object' && handle !== null && 'fd' in handle && typeof handle.fd === 'number';
  return isOpen ? Number(handle.fd) : -1;
}
