/** A client that sends what is no request, or goes, while it is owed an answer: nothing of it stays behind. */

import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import { describe, expect, it } from 'vitest';
import {
  answerWith,
  exchangeText,
  type HostileWorld,
  startHostileWorld,
  statusesIn,
  untilNoTunnel,
} from './gateway-hostile-harness.ts';
import { startPeer } from './proxy-harness.ts';
import { until } from './temporary.ts';

const BLOB = `/v2/acme/app/blobs/sha256:${'a'.repeat(64)}`;
const MANIFEST = '/v2/acme/app/manifests/1';
const UPLOADS = '/v2/acme/app/blobs/uploads/';
const DENIED = '/v2/other/app/manifests/1';

type Say = (world: HostileWorld) => string;
const get =
  (path: string, fields = ''): Say =>
  ({ registry }) =>
    `GET ${path} HTTP/1.1\r\nHost: ${registry.host}\r\n${fields}\r\n`;
const post =
  (rest: string): Say =>
  ({ registry }) =>
    `POST ${UPLOADS} HTTP/1.1\r\nHost: ${registry.host}\r\n${rest}`;
const both =
  (...says: readonly Say[]): Say =>
  (world) =>
    says.map((say) => say(world)).join('');
const bytes =
  (text: string): Say =>
  () =>
    text;

/** What the registry does with a request whose answer it owes. */
const OWED: Readonly<Record<string, string>> = {
  'nothing of it': '',
  'half of its length': 'HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nhalf',
  'a first chunk': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n',
};

/** A request that passes, and what comes behind it. */
const GARBAGE: readonly (readonly [string, Say, Say])[] = [
  ['bytes of no protocol', get(BLOB), bytes('\0\x01\x02\r\n\r\n')],
  ['a word', get(MANIFEST), bytes('garbage\r\n\r\n')],
  ['a word behind two requests', both(get(BLOB), get(BLOB)), bytes('garbage\r\n\r\n')],
  ['a word behind a denied request and another', both(get(DENIED), get(BLOB)), bytes('garbage\r\n\r\n')],
  ['more than the length of the body', post('Content-Length: 2\r\n\r\nab'), bytes('cd')],
  ['no chunk in a chunked body', post('Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n'), bytes('xyz\r\n')],
  ['a tunnel in the tunnel', get(BLOB), bytes('CONNECT other.test:443 HTTP/1.1\r\nHost: other.test\r\n\r\n')],
  ['too many headers', get(BLOB), get(BLOB, 'X: y\r\n'.repeat(101))],
];

/** The bytes that come until the gateway ends the connection. */
async function readToEnd(socket: TLSSocket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => void chunks.push(chunk));
  await Promise.race(['end', 'close'].map((end) => once(socket, end)));
  socket.destroy();
  return Buffer.concat(chunks).toString('latin1');
}

interface SlowFront extends AsyncDisposable {
  readonly port: number;
  readonly accepted: () => number;
  /** Lets bytes through from now on. */
  release(): void;
}

/** Takes connections for a server on loopback, and lets nothing through before it is told to. */
async function startSlowFront(port: number): Promise<SlowFront> {
  const gate = Promise.withResolvers<void>();
  let accepted = 0;
  const peer = await startPeer((socket) => {
    accepted += 1;
    const behind = connect({ host: '127.0.0.1', port }).on('error', () => undefined);
    socket.once('close', () => behind.destroy());
    gate.promise.then(() => socket.pipe(behind).pipe(socket));
  });
  return {
    port: peer.port,
    accepted: () => accepted,
    release: gate.resolve,
    [Symbol.asyncDispose]: () => peer[Symbol.asyncDispose](),
  };
}

describe('what is no request, while an answer is owed', () => {
  const cases = GARBAGE.flatMap(([name, first, then]) =>
    Object.entries(OWED).map(([owed, answer]) => ({ name, first, then, owed, answer })),
  );
  it.each(cases)('$name, with $owed answered, ends the connection', async ({ first, then, answer }) => {
    await using world = await startHostileWorld((socket, text) => {
      if (answer !== '' && /^[A-Z]+ \/v2/.test(text)) socket.write(answer);
    });
    const socket = await world.connect();
    socket.write(first(world), 'latin1');
    await until(() => /\/v2\/acme\/app/.test(world.registry.heard()));
    const read = readToEnd(socket);
    socket.write(then(world), 'latin1');
    // What was begun is cut, and nothing is put behind it that could be read as a part of it.
    expect(statusesIn(await read).filter((status) => status === 400 || status === 431)).toEqual([]);
    await untilNoTunnel(world.lab);
    await until(() => world.registry.connections() === 0);
    expect(world.lab.records.at(-1)?.decision.reason).toBe('REQUEST_INVALID');
  });

  it('in the same write, it is never forwarded, and the agent asks for nothing', async () => {
    await using world = await startHostileWorld(() => undefined);
    const socket = await world.connect();
    const read = readToEnd(socket);
    socket.write(`${get(BLOB)(world)}garbage\r\n\r\n`);
    expect(await read).toBe('');
    await untilNoTunnel(world.lab);
    expect(world.registry.heard()).toBe('');
  });
});

describe('a connection to the registry', () => {
  it('is kept for the next request when the one that it was opened for is gone before the handshake', async () => {
    await using world = await startHostileWorld((socket, text) => {
      if (text.startsWith('GET ')) socket.write(answerWith('fine'));
    });
    await using slow = await startSlowFront(world.registry.port);
    const host = `reg.test:${slow.port}`;
    world.lab.publish({ registries: [{ id: 'slow', registry: host, allow: ['pull'] }] });
    world.lab.trust(host);
    const ask = `GET ${BLOB} HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
    const first = (await world.lab.connect(host)).on('error', () => undefined);
    const read = readToEnd(first);
    first.write(ask);
    await until(() => slow.accepted() === 1);
    first.write('garbage\r\n\r\n');
    expect(await read).toBe('');
    await untilNoTunnel(world.lab);
    slow.release();
    expect(statusesIn(await exchangeText(await world.lab.connect(host), ask, 1000))).toEqual([200]);
    expect(slow.accepted()).toBe(1);
  });

  it('is not used when the policy that named its address is gone before the handshake', async () => {
    await using world = await startHostileWorld((socket, text) => {
      if (text.startsWith('GET ')) socket.write(answerWith('fine'));
    });
    await using slow = await startSlowFront(world.registry.port);
    const host = `reg.test:${slow.port}`;
    const registries = [{ id: 'slow', registry: host, allow: ['pull' as const], repositories: ['acme/**'] }];
    world.lab.publish({ registries });
    world.lab.trust(host);
    const asked = world.lab.ask(`https://${host}${BLOB}`);
    await until(() => slow.accepted() === 1);
    world.lab.publish({ registries, addresses: [] });
    slow.release();
    expect((await asked).status).toBe(403);
    expect(world.registry.heard()).toBe('');
    expect(world.lab.records.map(({ decision }) => decision.reason)).toEqual(['ADDRESS_REFUSED']);
  });

  it('that was opened under an older policy serves no request of the next', async () => {
    const held: TLSSocket[] = [];
    const used = new Set<TLSSocket>();
    await using world = await startHostileWorld((socket, text) => {
      if (!text.startsWith('GET ')) return;
      used.add(socket);
      if (held.length === 0) held.push(socket);
      else socket.write(answerWith('fine'));
    });
    const first = world.say(get(BLOB)(world), 1000);
    await until(() => held.length === 1);
    // What allowed the address of the connection may be gone with the policy before.
    world.lab.publish({
      registries: [{ id: 'next', registry: world.registry.host, allow: ['pull'], tags: ['1'] }],
    });
    held[0]?.write(answerWith('fine'));
    expect(statusesIn(await first)).toEqual([200]);
    expect(statusesIn(await world.say(get(BLOB)(world), 1000))).toEqual([200]);
    expect(used.size).toBe(2);
  });
});

/** So many denials, which are answered here, stand before each request that the registry answers. */
const DENIALS = 12;

describe('a client that does not read its answers', () => {
  it.each<[string, (socket: TLSSocket) => void]>([
    ['goes', (socket) => void socket.destroy()],
    ['sends garbage', (socket) => void socket.write('garbage\r\n\r\n')],
  ])('and %s leaves no open request behind', { timeout: 60_000 }, async (_, end) => {
    await using world = await startHostileWorld((socket, text) => {
      if (text.startsWith('GET ')) socket.write(answerWith('fine'));
    });
    const socket = await world.connect();
    const group = both(...Array<Say>(DENIALS).fill(get(DENIED)), get(BLOB))(world);
    const served = (): number => world.registry.heard().split('GET ').length - 1;
    // Until the kernel takes no more: then a denial waits to be written, and what stands behind it waits for that.
    for (let groups = 1; ; groups += 1) {
      socket.write(group);
      const isServed = await Promise.race([until(() => served() === groups), sleep(700, false)]);
      if (!isServed) break;
    }
    end(socket);
    await untilNoTunnel(world.lab);
    const known = world.lab.records.length;
    world.lab.publish({ registries: [] });
    await sleep(100);
    // Open requests are judged again: one whose client is gone would be ended now.
    expect(world.lab.records.slice(known)).toEqual([]);
    socket.destroy();
  });
});
