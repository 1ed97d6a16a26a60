/**
 * Many small pulls at once through a proxy: each opens a tunnel, ends TLS, asks for a manifest and a blob, and reads them whole. Prints JSON.
 * Arguments: proxy port, registry (`host:port`), file of the CA, how many, path of the manifest, path of the blob.
 */

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';

const [port = '', registry = '', caFile = '', count = '', ...paths] = process.argv.slice(2);
const ca = readFileSync(caFile);
const [host = ''] = registry.split(':');

async function openTunnel(): Promise<TLSSocket> {
  const socket = connect(Number(port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write(`CONNECT ${registry} HTTP/1.1\r\nHost: ${registry}\r\n\r\n`);
  const [head] = (await once(socket, 'data')) as [Buffer];
  if (!head.toString('latin1').startsWith('HTTP/1.1 200'))
    throw new Error(head.toString('latin1').split('\r\n')[0]);
  const tls = connectTls({ socket, servername: host, ca });
  await once(tls, 'secureConnect');
  return tls;
}

async function get(socket: TLSSocket, path: string): Promise<void> {
  const outgoing = request({
    path,
    headers: { host: registry, connection: 'keep-alive' },
    createConnection: () => socket,
  });
  outgoing.end();
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  for await (const _ of response);
  if (response.statusCode !== 200) throw new Error(`${path}: ${response.statusCode}`);
}

async function pull(): Promise<number> {
  const startedAt = performance.now();
  const socket = await openTunnel();
  for (const path of paths) await get(socket, path);
  socket.destroy();
  return performance.now() - startedAt;
}

const ends = await Promise.allSettled(Array.from({ length: Number(count) }, pull));
const failures = ends.filter((end) => end.status === 'rejected').map(({ reason }) => String(reason));
const times = ends
  .filter((end) => end.status === 'fulfilled')
  .map(({ value }) => value)
  .sort((a, b) => a - b);
const at = (part: number): number =>
  Math.round(times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? 0);
console.log(
  JSON.stringify({
    pulls: ends.length,
    failed: failures.length,
    failures: failures.slice(0, 3),
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    maxMs: at(1),
  }),
);
