/** A server that sends as fast as it can: one byte from the client starts a stream of the given size. Prints its port. */

import { createServer, type Socket } from 'node:net';

const totalBytes = Number(process.argv[2]);
const chunk = Buffer.alloc(1024 * 1024, 'a');

function send(socket: Socket): void {
  let left = totalBytes;
  const more = (): void => {
    while (left > 0) {
      const piece = left < chunk.length ? chunk.subarray(0, left) : chunk;
      left -= piece.length;
      if (!socket.write(piece)) return void socket.once('drain', more);
    }
    socket.end();
  };
  more();
}

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => socket.destroy());
  socket.once('data', () => send(socket));
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') console.log(address.port);
});
