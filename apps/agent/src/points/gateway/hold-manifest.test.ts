import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type HeldBytes, holdManifest, holdPut } from './hold-manifest.ts';

/** Room for one manifest of this size, and not for two. */
const SIZE = 60_000;
const ROOM = 100_000;

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<number> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** Puts a manifest, whole or but for its last byte. */
function put(port: number, isWhole: boolean) {
  const outgoing = request({ port, method: 'PUT', headers: { 'content-length': SIZE } });
  const status = new Promise<number>((resolve) => {
    outgoing.once('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    outgoing.on('error', () => resolve(0));
  });
  outgoing.write(Buffer.alloc(SIZE - 1));
  if (isWhole) outgoing.end('x');
  return { status, destroy: () => void outgoing.destroy() };
}

describe('what clients put', () => {
  it('finds no room beside what is held, until that has come to an end', async () => {
    const held: HeldBytes = { left: ROOM };
    const port = await serve((incoming, response) => {
      holdPut({ request: incoming, response }, 'reg.example', held, () => undefined).then(
        () => void response.end(),
        ({ status }) => void response.writeHead(status).end(),
      );
    });
    const slow = put(port, false);
    await expect.poll(() => held.left).toBeLessThanOrEqual(ROOM - SIZE);
    expect(await put(port, true).status).toBe(503);
    await expect.poll(() => held.left).toBeGreaterThan(0);
    slow.destroy();
    await expect.poll(() => held.left).toBe(ROOM);
    expect(await put(port, true).status).toBe(200);
    await expect.poll(() => held.left).toBe(ROOM);
  });

  it('counts as held until it is answered', async () => {
    const held: HeldBytes = { left: ROOM };
    let answerIt = (): void => undefined;
    const port = await serve((incoming, response) => {
      answerIt = () => void response.end();
      holdPut({ request: incoming, response }, 'reg.example', held, () => undefined).catch(() => undefined);
    });
    const { status } = put(port, true);
    await expect.poll(() => held.left).toBeLessThanOrEqual(ROOM - SIZE);
    answerIt();
    expect(await status).toBe(200);
    await expect.poll(() => held.left).toBe(ROOM);
  });

  it.each([
    [{ 'content-length': (4 << 20) + 1 }, 413],
    [{ 'content-length': 1, 'content-encoding': 'gzip' }, 415],
  ])('is not asked for when its head speaks against it: %j', async (headers, expected) => {
    let isWanted = false;
    const port = await serve((incoming, response) => {
      const wanted = (): void => {
        isWanted = true;
      };
      holdPut({ request: incoming, response }, 'reg.example', { left: ROOM }, wanted).catch(({ status }) =>
        response.writeHead(status).end(),
      );
    });
    const outgoing = request({ port, method: 'PUT', headers });
    const status = new Promise((resolve) =>
      outgoing.once('response', (response) => resolve(response.statusCode)),
    );
    outgoing.on('error', () => undefined).flushHeaders();
    expect([await status, isWanted]).toEqual([expected, false]);
    outgoing.destroy();
  });
});

describe('what registries send', () => {
  it('finds no room where none is left, and gives back what it took', async () => {
    const held: HeldBytes = { left: SIZE };
    const port = await serve((_request, response) => void response.end(Buffer.alloc(SIZE)));
    const response = await new Promise<IncomingMessage>((resolve) => {
      request({ port }).once('response', resolve).end();
    });
    const failure = holdManifest(response, 'reg.example', held);
    await expect(failure).rejects.toMatchObject({ kind: 'response', status: 502 });
    await expect.poll(() => held.left).toBe(SIZE);
  });
});
