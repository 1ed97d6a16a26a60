/** Reads one stream to its end and discards it; prints `{ bytes, seconds }`. Arguments: port, and the CONNECT target if any. */

import { connect } from 'node:net';

const port = Number(process.argv[2]);
const target = process.argv[3];
const buffer = Buffer.alloc(1024 * 1024);
let bytes = 0;
let startedAt = 0n;

function begin(): void {
  startedAt = process.hrtime.bigint();
  socket.write('x');
}

function receive(size: number): boolean {
  if (startedAt !== 0n) bytes += size;
  else if (
    buffer.toString('latin1', 0, size).startsWith('HTTP/1.1 200') ||
    buffer.toString('latin1', 0, size).startsWith('HTTP/1.0 200')
  )
    begin();
  else throw new Error(`expected 200, got ${buffer.toString('latin1', 0, Math.min(size, 200))}`);
  return true;
}

const socket = connect({ port, host: '127.0.0.1', onread: { buffer, callback: receive } }, () => {
  if (target === undefined) begin();
  else socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`);
});
socket.on('close', () => {
  const seconds = Number(process.hrtime.bigint() - startedAt) / 1e9;
  console.log(JSON.stringify({ bytes, seconds }));
});
