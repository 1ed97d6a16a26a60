/**
 * Pulls one blob through a proxy as slowly as a bad line would, without trying again: engines do, which hides how the first
 * try ended. Arguments: proxy's port, registry, path. Says `pulling`, and at the end what became of it.
 */

import { request } from 'node:http';
import type { Socket } from 'node:net';
import { connect } from 'node:tls';

const [port = '', registry = '', path = ''] = process.argv.slice(2);
/** 64 KiB at a time: half a megabyte in a second. */
const PAUSE_MS = 120;

let received = 0;
const finish = (what: string): void => {
  console.log(`${what} after ${received} bytes`);
  process.exit();
};

function pull(tunnel: Socket): void {
  // Whose certificate it is does not matter here, where nothing is done with the bytes.
  const tls = connect({ socket: tunnel, servername: registry, rejectUnauthorized: false });
  tls.write(`GET ${path} HTTP/1.1\r\nHost: ${registry}\r\nConnection: close\r\n\r\n`);
  tls.on('data', (chunk: Buffer) => {
    if (received === 0) console.log('pulling');
    received += chunk.length;
    tls.pause();
    setTimeout(() => tls.resume(), PAUSE_MS);
  });
  tls.on('end', () => finish('whole'));
  tls.on('error', ({ code }: NodeJS.ErrnoException) => finish(`cut off: ${code}`));
  tls.on('close', () => finish('closed'));
}

const opening = request({ host: '127.0.0.1', port, method: 'CONNECT', path: `${registry}:443` });
opening.on('connect', ({ statusCode, statusMessage }, tunnel) => {
  if (statusCode !== 200) finish(`refused: ${statusMessage}`);
  pull(tunnel);
});
opening.end();
