/** What was allowed when it was opened ends when it no longer is: real sockets, both relays, plain HTTP. */

import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { Socket } from 'node:net';
import type { Reason } from '@pullgate/policy';
import { describe, expect, it } from 'vitest';
import { ask, dial, type LabOptions, openTunnel, readSome, startLab, startPeer } from './proxy-harness.ts';
import { PATIENT, RELAYS } from './proxy-relays.ts';

/** Sends without end, as fast as it is let; tells how its connection ended. */
function startFlood() {
  const endings: (string | undefined)[] = [];
  const serve = (socket: Socket): void => {
    const chunk = Buffer.alloc(64 * 1024);
    const more = (): void => {
      while (!socket.destroyed && socket.write(chunk));
    };
    socket.on('drain', more).on('error', (error: NodeJS.ErrnoException) => endings.push(error.code));
    more();
  };
  return { endings, peer: startPeer(serve) };
}

/** A lab whose decider allows everything until it denies what is told. */
async function startChanging(options: Omit<LabOptions, 'table'> = {}) {
  const denied = new Map<string, Reason>();
  const lab = await startLab({ ...options, table: ({ registry }) => denied.get(registry) ?? 'allow' });
  const deny = (registry: string, reason: Reason = 'NOT_LISTED'): void => {
    denied.set(registry, reason);
    lab.change();
  };
  return Object.assign(lab, { deny });
}

const denials = (lab: Awaited<ReturnType<typeof startLab>>) =>
  lab.records.filter(({ decision }) => decision.verdict === 'deny').map(({ decision }) => decision.reason);

describe.each(RELAYS)('a tunnel by %s that is refused now', (_name, createRelay) => {
  const start = async (options: Omit<LabOptions, 'table'> = {}) =>
    startChanging({ ...options, effects: { relay: await createRelay(60_000) } });

  it('is reset on both sides in the midst of a transfer, and recorded once', async () => {
    const { endings, peer } = startFlood();
    await using flood = await peer;
    await using lab = await start();
    const registry = `reg.test:${flood.port}`;
    const socket = await openTunnel(lab.port, registry);
    const closed = once(socket, 'close');
    let received = 0;
    socket.on('data', (chunk) => {
      received += chunk.length;
    });
    socket.resume();
    await expect.poll(() => received, PATIENT).toBeGreaterThan(1024 * 1024);
    lab.deny(registry, 'SIGN_IN_REQUIRED');
    lab.change();
    await expect(closed).rejects.toMatchObject({ code: 'ECONNRESET' });
    await expect.poll(() => endings.length, PATIENT).toBe(1);
    expect(denials(lab)).toEqual(['SIGN_IN_REQUIRED']);
    await expect.poll(() => lab.metrics.metrics(), PATIENT).toContain('pullgate_proxy_open_tunnels 0');
    expect(await lab.metrics.metrics()).toContain('ended_total{reason="SIGN_IN_REQUIRED"} 1');
    expect(await ask(lab.port, `CONNECT ${registry} HTTP/1.1\r\nHost: a\r\n\r\n`)).toContain(' 403 ');
  });

  it('is reset while neither side moves a byte, and leaves those of other hosts alone', async () => {
    await using peer = await startPeer((socket) => void socket.pipe(socket));
    await using lab = await start();
    const [first, second] = [`a.test:${peer.port}`, `b.test:${peer.port}`];
    const [gone, stays] = [await openTunnel(lab.port, first), await openTunnel(lab.port, second)];
    const closed = once(gone, 'close');
    gone.resume();
    lab.deny(first);
    await expect(closed).rejects.toMatchObject({ code: 'ECONNRESET' });
    stays.write('still here');
    expect(await readSome(stays)).toBe('still here');
    stays.destroy();
  });

  it('goes on in observe mode', async () => {
    await using peer = await startPeer((socket) => void socket.pipe(socket));
    await using lab = await start({ mode: 'observe' });
    const registry = `reg.test:${peer.port}`;
    const socket = await openTunnel(lab.port, registry);
    lab.deny(registry);
    socket.write('still here');
    expect(await readSome(socket)).toBe('still here');
    expect(denials(lab)).toEqual([]);
    socket.destroy();
  });

  it('is cut with 300 others, while as many of another host go on', async () => {
    await using peer = await startPeer((socket) => void socket.pipe(socket));
    await using lab = await start();
    const open = (registry: string) =>
      Promise.all(Array.from({ length: 300 }, () => openTunnel(lab.port, registry)));
    const [first, second] = [`a.test:${peer.port}`, `b.test:${peer.port}`];
    const [gone, stay] = [await open(first), await open(second)];
    const ended = gone.map((socket) => once(socket.resume(), 'close').catch((error) => error.code));
    lab.deny(first);
    expect(new Set(await Promise.all(ended))).toEqual(new Set(['ECONNRESET']));
    await expect
      .poll(() => lab.metrics.metrics(), PATIENT)
      .toContain(`pullgate_proxy_open_tunnels ${stay.length}`);
    for (const socket of stay) socket.destroy();
  });
});

/** Through an upstream proxy, dialling asks things in between, at which a test can change what is allowed. */
describe('what is being dialled and refused then', () => {
  it('is answered with the sentence: CONNECT', async () => {
    const answer = (socket: Socket): void => {
      lab.deny('reg.test');
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
    };
    await using upstream = await startPeer((socket) => void socket.once('data', () => answer(socket)));
    const config = { upstream: { https: `http://127.0.0.1:${upstream.port}` } };
    await using lab = await startChanging({ config });
    expect(await ask(lab.port, 'CONNECT reg.test:443 HTTP/1.1\r\nHost: a\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 403 acme/,
    );
    expect(denials(lab)).toEqual(['NOT_LISTED']);
  });

  it('is answered with the sentence: plain HTTP', async () => {
    await using peer = await startPeer((socket) => void socket.end('HTTP/1.0 200 OK\r\n\r\n'));
    const registry = `reg.test:${peer.port}`;
    const resolve = async () => {
      lab.deny(registry);
      return [{ address: '127.0.0.1', family: 4 }];
    };
    await using lab = await startChanging({ effects: { resolve } });
    const answer = await ask(lab.port, `GET http://${registry}/v2/ HTTP/1.1\r\nHost: a\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 403 acme/);
    expect(denials(lab)).toEqual(['NOT_LISTED']);
  });
});

describe('a plain HTTP request that is refused now', () => {
  const startHttp = (handler: RequestListener) => startPeer(() => undefined, createServer(handler));

  it('breaks off its answer', async () => {
    await using peer = await startHttp((_request, response) => {
      response.writeHead(200, { 'content-length': '1000000' }).write('some');
    });
    await using lab = await startChanging();
    const registry = `reg.test:${peer.port}`;
    const socket = await dial(lab.port, `GET http://${registry}/v2/ HTTP/1.1\r\nHost: a\r\n\r\n`);
    await readSome(socket);
    const closed = once(socket, 'close');
    lab.deny(registry);
    await expect(closed).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(denials(lab)).toEqual(['NOT_LISTED']);
  });

  it('breaks off its body, and calls nothing malformed', async () => {
    const sizes: number[] = [];
    await using peer = await startHttp((request) => {
      request.on('data', (chunk: Buffer) => sizes.push(chunk.length)).on('error', () => sizes.push(-1));
    });
    await using lab = await startChanging();
    const registry = `reg.test:${peer.port}`;
    const head = `PUT http://${registry}/v2/a/blobs/uploads/1 HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n`;
    const socket = await dial(lab.port, `${head}some`);
    await expect.poll(() => sizes, PATIENT).toContain(4);
    const closed = once(socket.resume(), 'close');
    lab.deny(registry);
    await expect(closed).rejects.toMatchObject({ code: 'ECONNRESET' });
    await expect.poll(() => sizes, PATIENT).toContain(-1);
    await expect.poll(() => lab.metrics.metrics(), PATIENT).toContain('pullgate_proxy_open_connections 0');
    expect(denials(lab)).toEqual(['NOT_LISTED']);
  });
});
