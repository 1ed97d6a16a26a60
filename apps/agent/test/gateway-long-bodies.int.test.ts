import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Agent, type IncomingMessage, type RequestListener, request } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { type GatewayLab, startGatewayLab, startTestRegistry } from './gateway-harness.ts';
import { openTunnels, startRawRegistry } from './gateway-hostile-harness.ts';
import { type TlsKind, tlsKinds } from './gateway-tls.ts';
import { until } from './temporary.ts';

/** Longer than what is worth moving, and no multiple of a record. */
const LONG = randomBytes(5_000_017);
const BLOB = `/v2/acme/app/blobs/sha256:${'a'.repeat(64)}`;
const sum = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

async function setUp({ createTls }: TlsKind, serve: RequestListener) {
  const lab = await startGatewayLab({ createTls });
  const registry = await startTestRegistry(lab, 'reg.test', serve);
  allow(lab, registry.host);
  return {
    lab,
    registry,
    url: `https://${registry.host}`,
    async [Symbol.asyncDispose]() {
      await lab[Symbol.asyncDispose]();
      await registry[Symbol.asyncDispose]();
    },
  };
}

function allow(lab: GatewayLab, registry: string): void {
  lab.publish({
    registries: [{ id: 'own', registry, allow: ['pull', 'push'], repositories: ['acme/**'] }],
  });
  lab.trust(registry);
}

/** Requests one after another on one connection. */
function keepOn(socket: TLSSocket, host: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  agent.createConnection = () => socket;
  return async (method: string, path: string, body?: Buffer) => {
    const outgoing = request({ agent, method, path, headers: { host } });
    outgoing.end(body);
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    return {
      status: response.statusCode,
      connection: response.headers.connection,
      body: Buffer.concat(chunks),
    };
  };
}

/** What came of an answer until its connection ended, however it did. */
async function readRest(socket: TLSSocket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => void chunks.push(chunk)).on('error', () => undefined);
  if (!socket.closed) await new Promise<void>((resolve) => socket.once('close', () => resolve()));
  return Buffer.concat(chunks);
}

describe.each(tlsKinds())('long bodies over TLS by $name', (kind) => {
  /** The end of a move is told behind its last byte. */
  const moved = (...expected: TlsKind['moves']): Promise<void> =>
    expect.poll(() => kind.moves).toEqual(kind.name === 'Node.js' ? [] : expected);
  afterEach(() => void kind.moves.splice(0));

  it('come down whole, and the connection serves what follows', async () => {
    await using world = await setUp(kind, (incoming, response) => {
      const body = incoming.url === BLOB ? LONG : Buffer.from('short');
      response.setHeader('Content-Length', body.length).end(body);
    });
    const ask = keepOn(await world.lab.connect(world.registry.host), world.registry.host);
    for (const path of [BLOB, '/v2/', BLOB, `${BLOB.slice(0, -1)}b`, BLOB]) {
      const { status, body } = await ask('GET', path);
      expect([status, sum(body)]).toEqual([200, sum(path === BLOB ? LONG : Buffer.from('short'))]);
    }
    await moved([LONG.length, true], [LONG.length, true], [LONG.length, true]);
  });

  it('go up whole, behind short ones on one connection, and are followed by others on the next', async () => {
    const got: string[] = [];
    await using world = await setUp(kind, (incoming, response) => {
      const hash = createHash('sha256');
      incoming
        .on('data', (chunk) => void hash.update(chunk))
        .on('end', () => {
          got.push(`${incoming.method} ${hash.digest('hex')}`);
          response.writeHead(202, { Location: '/v2/acme/app/blobs/uploads/1', 'Content-Length': '0' }).end();
        });
    });
    const { lab, registry } = world;
    const ask = keepOn(await lab.connect(registry.host), registry.host);
    expect(await ask('POST', '/v2/acme/app/blobs/uploads/')).toMatchObject({ status: 202 });
    expect(await ask('PATCH', '/v2/acme/app/blobs/uploads/1', LONG)).toMatchObject({ status: 202 });
    const again = keepOn(await lab.connect(registry.host), registry.host);
    const short = Buffer.from('short');
    expect(await again('PATCH', '/v2/acme/app/blobs/uploads/1', short)).toMatchObject({ status: 202 });
    // Behind a body that came through Node.js, no other can be moved.
    expect(await again('PATCH', '/v2/acme/app/blobs/uploads/1', LONG)).toMatchObject({ status: 202 });
    expect(got).toEqual([
      `POST ${sum(Buffer.alloc(0))}`,
      `PATCH ${sum(LONG)}`,
      `PATCH ${sum(short)}`,
      `PATCH ${sum(LONG)}`,
    ]);
    await moved([LONG.length, true]);
  });

  it('by several at once do not mix', async () => {
    const bodies = Array.from({ length: 6 }, (_, n) => Buffer.alloc(3_000_000 + n, n));
    await using world = await setUp(kind, (incoming, response) => {
      const body = bodies[Number(incoming.url?.at(-1))] ?? LONG;
      response.setHeader('Content-Length', body.length).end(body);
    });
    const answers = await Promise.all(
      bodies.map((_, n) => world.lab.ask(`${world.url}${BLOB.slice(0, -1)}${n}`)),
    );
    expect(answers.map(({ body }) => sum(body))).toEqual(bodies.map(sum));
    await expect.poll(() => kind.moves).toHaveLength(kind.name === 'Node.js' ? 0 : 6);
  });

  it('that the registry cuts look cut', async () => {
    const lab = await startGatewayLab({ createTls: kind.createTls });
    const head = `HTTP/1.1 200 OK\r\nContent-Length: ${LONG.length}\r\n\r\n`;
    await using registry = await startRawRegistry(lab.publicCa.issue('reg.test'), 'reg.test', (socket) => {
      socket.write(head);
      socket.end(LONG.subarray(0, 2_000_000));
    });
    await using _ = lab;
    allow(lab, registry.host);
    await expect(lab.ask(`https://${registry.host}${BLOB}`)).rejects.toThrow();
    await moved([LONG.length, false]);
  });

  it('whose client breaks off leave nothing open', async () => {
    await using world = await setUp(kind, (_incoming, response) => {
      response.setHeader('Content-Length', 1e9);
      response.flushHeaders();
      const more = (): void => {
        while (!response.destroyed && response.write(LONG));
        response.once('drain', more);
      };
      more();
    });
    const socket = await world.lab.connect(world.registry.host);
    socket.write(`GET ${BLOB} HTTP/1.1\r\nHost: ${world.registry.host}\r\n\r\n`);
    await once(socket, 'data');
    socket.destroy();
    await until(async () => (await openTunnels(world.lab)) === 0);
    await until(() => world.registry.requests[0]?.socket.destroyed === true);
    await moved([1e9, false]);
  });

  it('that the registry refuses before it has them are answered all the same', async () => {
    await using world = await setUp(kind, (_incoming, response) => {
      // It reads on: who closes with bytes unread resets, and a reset may overtake the answer.
      response.writeHead(413, { 'Content-Length': '9' }).end('too large');
    });
    const { host } = world.registry;
    const socket = await world.lab.connect(host);
    socket.write(
      `PATCH /v2/acme/app/blobs/uploads/1 HTTP/1.1\r\nHost: ${host}\r\nContent-Length: ${LONG.length}\r\n\r\n`,
    );
    socket.write(LONG.subarray(0, 100_000));
    const [first] = (await once(socket, 'data')) as [Buffer];
    expect(first.toString('latin1')).toMatch(/^HTTP\/1\.1 413 /);
    socket.destroy();
    await until(async () => (await openTunnels(world.lab)) === 0);
  });

  it('that are denied are answered before they have come', async () => {
    await using world = await setUp(kind, (_incoming, response) => void response.end());
    const { host } = world.registry;
    const socket = (await world.lab.connect(host)).on('error', () => undefined);
    socket.write(
      `PATCH /v2/other/app/blobs/uploads/1 HTTP/1.1\r\nHost: ${host}\r\nContent-Length: ${LONG.length}\r\n\r\n`,
    );
    const [first] = (await once(socket, 'data')) as [Buffer];
    expect(first.toString('latin1')).toMatch(/^HTTP\/1\.1 403 /);
    socket.write(LONG);
    await readRest(socket);
    expect(world.registry.requests).toHaveLength(0);
    await moved();
  });
});
