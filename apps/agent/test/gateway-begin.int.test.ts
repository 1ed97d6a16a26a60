/** Tunnels that begin, or do not: none holds up the others for long, and all are served the same, however they came. */

import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { exchange, type GatewayLab, startGatewayLab, startTestRegistry } from './gateway-harness.ts';
import { openTunnels } from './gateway-hostile-harness.ts';
import { dial, openTunnel } from './proxy-harness.ts';

const LONG = 2_000_000;
const BLOB = `/v2/acme/app/blobs/sha256:${'a'.repeat(64)}`;

async function setUp(config: Record<string, unknown> = {}) {
  const lab = await startGatewayLab({ config });
  const registry = await startTestRegistry(lab, 'reg.test', (_incoming, response) => {
    response.setHeader('Content-Length', LONG).end(Buffer.alloc(LONG));
  });
  lab.publish({
    registries: [{ id: 'own', registry: registry.host, allow: ['pull'], repositories: ['acme/**'] }],
  });
  lab.trust(registry.host);
  return {
    lab,
    host: registry.host,
    async [Symbol.asyncDispose]() {
      await lab[Symbol.asyncDispose]();
      await registry[Symbol.asyncDispose]();
    },
  };
}

/** Sends CONNECT, and is not there for an answer. */
const askForTunnel = (lab: GatewayLab, host: string): Promise<Socket> =>
  dial(lab.proxyPort, `CONNECT ${host} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);

/** A socket whose first bytes travel with its CONNECT, and whose answer to that is left out. */
function withHead(socket: Socket, host: string): Duplex {
  let head: Buffer | undefined = Buffer.from(`CONNECT ${host} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  let isAnswered = false;
  const whole = new Duplex({
    read() {
      socket.resume();
    },
    write(chunk: Buffer, _encoding, done) {
      socket.write(head === undefined ? chunk : Buffer.concat([head, chunk]), done);
      head = undefined;
    },
    final(done) {
      socket.end(done);
    },
  });
  socket.on('data', (chunk: Buffer) => {
    const at = isAnswered ? 0 : chunk.indexOf('\r\n\r\n') + 4;
    isAnswered = true;
    if (at < chunk.length) whole.push(chunk.subarray(at));
  });
  socket.once('close', () => whole.push(null));
  return whole;
}

describe('a tunnel that begins', () => {
  it('behind others that do not is served whole, and soon', async () => {
    await using world = await setUp();
    const silent = await Promise.all(Array.from({ length: 400 }, () => askForTunnel(world.lab, world.host)));
    const startedAt = performance.now();
    expect((await world.lab.ask(`https://${world.host}${BLOB}`)).body).toHaveLength(LONG);
    // One after the other, each a tenth of a second and 32 at a time, they would take a second and a quarter.
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    for (const socket of silent) socket.destroy();
  });

  it('with its first bytes in one write with CONNECT is served whole', async () => {
    await using world = await setUp();
    const tcp = connectTcp(world.lab.proxyPort, '127.0.0.1');
    await once(tcp, 'connect');
    const socket = withHead(tcp, world.host);
    const tls = connectTls({ socket, servername: 'reg.test', ca: [world.lab.machineCa.pem] });
    const answer = await exchange(tls, { path: BLOB, headers: { host: world.host } });
    expect(answer.body).toHaveLength(LONG);
    tcp.destroy();
  });

  it('when the gateway stops ends, and none of those that wait begins', async () => {
    await using world = await setUp();
    const waiting = await Promise.all(Array.from({ length: 80 }, () => askForTunnel(world.lab, world.host)));
    await sleep(100);
    await world.lab.gateway.stop();
    expect(await openTunnels(world.lab)).toBe(0);
    for (const socket of waiting) socket.destroy();
  });

  it('and was answered for the last time ends, whatever its client goes on to send', async () => {
    await using world = await setUp({ idleTimeoutMs: 1500 });
    const tunnel = await openTunnel(world.lab.proxyPort, world.host);
    const closed = new Promise((resolve) => tunnel.once('close', resolve).on('error', () => undefined));
    const tls = connectTls({ socket: tunnel, servername: 'reg.test', ca: [world.lab.machineCa.pem] });
    tls.on('error', () => undefined).resume();
    tls.write(`GET /v2/ HTTP/1.1\r\nHost: ${world.host}\r\nConnection: close\r\n\r\n`);
    const trickle = setInterval(() => tls.write('x'), 300);
    const isClosed = await Promise.race([closed.then(() => true), sleep(15_000, false)]);
    clearInterval(trickle);
    tunnel.destroy();
    expect(isClosed).toBe(true);
  });
});
