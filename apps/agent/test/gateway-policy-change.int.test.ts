/** Transfers in an inspected tunnel while the policy changes: what is refused now looks cut and is recorded, everything else goes on. */

import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import type { PolicyDocument, RegistryEntry } from '@pullgate/policy';
import { describe, expect, it } from 'vitest';
import { type GatewayLab, startGatewayLab, startTestRegistry, type TestRegistry } from './gateway-harness.ts';
import { untilNoTunnel } from './gateway-hostile-harness.ts';
import { until } from './temporary.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const BLOB = `/v2/acme/app/blobs/${DIGEST}`;
const UPLOAD = '/v2/acme/app/blobs/uploads/1';
/** Sent in pieces, so that a change comes in the midst of them. */
const PIECE = randomBytes(64 * 1024);
const PIECES = 40;
/** More than the sockets on the way take for a client that does not read. */
const LONG_PIECES = 1000;
const WHOLE = createHash('sha256');
for (let piece = 0; piece < PIECES; piece += 1) WHOLE.update(PIECE);
const WHOLE_HASH = WHOLE.digest('hex');

interface World extends AsyncDisposable {
  readonly lab: GatewayLab;
  readonly registry: TestRegistry;
  readonly own: RegistryEntry;
  /** Uploads that came whole, as hashes. */
  readonly whole: string[];
  /** What broke off at the registry: `GET` or `PATCH`. */
  readonly broken: string[];
  /** Puts the entry in force with changes. */
  change(entry: Partial<RegistryEntry>, rest?: Partial<PolicyDocument>): void;
  /** Lets the pieces that are left go at once. */
  hurry(): void;
}

async function startWorld(): Promise<World> {
  const lab = await startGatewayLab();
  const whole: string[] = [];
  const broken: string[] = [];
  const hurried = Promise.withResolvers<void>();
  const registry = await startTestRegistry(lab, 'reg.test', (request, response) => {
    const failed = (): void => void broken.push(request.method ?? '');
    if (request.method === 'GET') {
      response.once('close', () => response.writableFinished || failed());
      void sendPieces(request, response, hurried.promise);
      return;
    }
    const hash = createHash('sha256');
    request.once('error', failed).on('data', (chunk: Buffer) => void hash.update(chunk));
    request.once('end', () => {
      whole.push(hash.digest('hex'));
      response.writeHead(202, { location: UPLOAD, 'content-length': '0' }).end();
    });
  });
  const own: RegistryEntry = {
    id: 'own',
    registry: registry.host,
    allow: ['pull', 'push'],
    repositories: ['acme/**'],
  };
  const world: World = {
    lab,
    registry,
    own,
    whole,
    broken,
    change: (entry, rest = {}) => lab.publish({ ...rest, registries: [{ ...own, ...entry }] }),
    hurry: () => hurried.resolve(),
    async [Symbol.asyncDispose]() {
      hurried.resolve();
      await lab[Symbol.asyncDispose]();
      await registry[Symbol.asyncDispose]();
    },
  };
  world.change({});
  lab.trust(registry.host);
  return world;
}

async function sendPieces(
  { url = '' }: IncomingMessage,
  response: ServerResponse,
  hurried: Promise<void>,
): Promise<void> {
  const pieces = url.includes('long') ? LONG_PIECES : PIECES;
  response.writeHead(200, url.includes('chunked') ? {} : { 'content-length': String(pieces * PIECE.length) });
  for (let piece = 0; piece < pieces && !response.destroyed; piece += 1) {
    response.write(PIECE);
    await Promise.race([sleep(50), hurried]);
  }
  response.end();
}

/** How a client's transfer ended: what came, and how the connection went. */
interface Ending {
  readonly text: string;
  readonly how: string;
  readonly afterMs: number;
}

interface Transfer {
  readonly socket: TLSSocket;
  readonly received: () => number;
  /** Resolves when the connection is gone. */
  readonly ended: Promise<Ending>;
}

async function open(world: World, head: string, version = '1.1'): Promise<Transfer> {
  const socket = await world.lab.connect(world.registry.host);
  const chunks: Buffer[] = [];
  let received = 0;
  let how = 'open';
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    received += chunk.length;
  });
  socket.once('end', () => {
    how = 'end';
  });
  socket.once('error', (error: NodeJS.ErrnoException) => {
    how = error.code ?? error.message;
  });
  const ended = (async (): Promise<Ending> => {
    await until(() => how !== 'open');
    return { text: Buffer.concat(chunks).toString('latin1'), how, afterMs: performance.now() };
  })();
  const [line = '', ...fields] = head.split('\n');
  socket.write([`${line} HTTP/${version}`, `Host: ${world.registry.host}`, ...fields, '', ''].join('\r\n'));
  return { socket, received: () => received, ended };
}

/** Begins an upload whose pieces go on until the connection is gone, or all are sent. */
async function openUpload(
  world: World,
  isChunked: boolean,
): Promise<Transfer & { readonly sent: Promise<void> }> {
  const framing = isChunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${PIECES * PIECE.length}`;
  const transfer = await open(world, `PATCH ${UPLOAD}\n${framing}`);
  const { socket } = transfer;
  const sent = (async () => {
    for (let piece = 0; piece < PIECES && !socket.destroyed; piece += 1) {
      if (isChunked) socket.write(`${PIECE.length.toString(16)}\r\n`);
      socket.write(PIECE);
      if (isChunked) socket.write('\r\n');
      await sleep(20);
    }
    if (isChunked && !socket.destroyed) socket.write('0\r\n\r\n');
  })();
  await until(() => world.registry.requests.length > 0);
  return { ...transfer, sent };
}

/** Of requests; where the host itself is refused, the proxy records the tunnel as well. */
const refusals = ({ lab }: World) =>
  lab.records
    .filter(({ decision, point }) => decision.effect === 'refuse' && point === 'gateway')
    .map(({ decision, action, repository }) => [decision.reason, action, repository]);

type Change = (world: World) => void;
const DENIALS: readonly (readonly [string, Change, string])[] = [
  ['takes the registry off the list', ({ lab }) => lab.publish({ registries: [] }), 'NOT_LISTED'],
  [
    'takes the repository away',
    (world) => world.change({ repositories: ['other/**'] }),
    'REPOSITORY_NOT_ALLOWED',
  ],
  ['takes both actions away', (world) => world.change({ allow: ['delete'] }), 'ACTION_NOT_ALLOWED'],
  [
    'denies the repository',
    (world) =>
      world.change({}, { deny: [{ id: 'no', registry: world.own.registry, repositories: ['acme/app'] }] }),
    'DENIED_BY_RULE',
  ],
];

describe('a download', () => {
  const framings = { 'of a length': BLOB, 'in chunks': `${BLOB}?chunked` };
  const cases = DENIALS.flatMap(([name, change, reason]) =>
    Object.entries(framings).map(([framing, path]) => ({ name, change, reason, framing, path })),
  );
  it.each(cases)(
    '$framing is cut within a second by a policy that $name',
    async ({ path, change, reason }) => {
      await using world = await startWorld();
      const { received, ended } = await open(world, `GET ${path}`);
      await until(() => received() > 2 * PIECE.length);
      const changed = performance.now();
      change(world);
      const { how, text, afterMs } = await ended;
      expect(how).toBe('ECONNRESET');
      expect(afterMs - changed).toBeLessThan(1000);
      expect(text.length).toBeLessThan(PIECES * PIECE.length);
      expect(text).not.toMatch(/\r\n0\r\n\r\n$/);
      await until(() => world.broken.length === 1);
      expect(refusals(world)).toEqual([[reason, expect.stringMatching('pull'), 'acme/app']]);
      expect(await world.lab.metrics.metrics()).toContain(`gateway_ended_total{reason="${reason}"} 1`);
      await untilNoTunnel(world.lab);
    },
  );

  it('is cut by a policy that no longer names the address that it comes from', async () => {
    await using world = await startWorld();
    const { received, ended } = await open(world, `GET ${BLOB}`);
    await until(() => received() > 2 * PIECE.length);
    world.change({}, { addresses: ['127.0.0.0/8'] });
    await sleep(150);
    expect(refusals(world)).toEqual([]);
    world.change({}, { addresses: [] });
    expect((await ended).how).toBe('ECONNRESET');
    await until(() => world.broken.length === 1);
    expect(refusals(world)).toEqual([['ADDRESS_REFUSED', 'pull', 'acme/app']]);
    await expect(world.lab.ask(`https://${world.registry.host}${BLOB}`)).resolves.toMatchObject({
      status: 403,
    });
  });

  it('to a client of HTTP/1.0, where the end of the connection is the end of the body, is reset', async () => {
    await using world = await startWorld();
    const { received, ended } = await open(world, `GET ${BLOB}?chunked`, '1.0');
    await until(() => received() > 2 * PIECE.length);
    world.change({ allow: [] });
    expect((await ended).how).toBe('ECONNRESET');
  });

  it('whose client does not read is cut too', async () => {
    await using world = await startWorld();
    const { socket, received } = await open(world, `GET ${BLOB}?long`);
    await until(() => received() > 0);
    socket.pause();
    world.hurry();
    await sleep(100);
    world.change({ allow: [] });
    await untilNoTunnel(world.lab);
    expect(refusals(world)).toHaveLength(1);
    socket.destroy();
  });

  it.each<[string, Change]>([
    ['allows it by another rule', (world) => world.change({ id: 'new', repositories: ['acme/app'] })],
    ['takes only pushes away', (world) => world.change({ allow: ['pull'] })],
    [
      'denies another repository',
      (world) =>
        world.change(
          {},
          { deny: [{ id: 'no', registry: world.own.registry, repositories: ['acme/other'] }] },
        ),
    ],
    [
      'only observes',
      (world) => world.change({ allow: ['delete'] }, { mode: { default: 'observe', teams: {} } }),
    ],
    ['is off', (world) => world.change({ allow: ['delete'] }, { mode: { default: 'off', teams: {} } })],
  ])('goes on to its end under a policy that %s', async (_, change) => {
    await using world = await startWorld();
    const { received, socket, ended } = await open(world, `GET ${BLOB}`);
    await until(() => received() > 2 * PIECE.length);
    change(world);
    await sleep(100);
    world.hurry();
    await until(() => received() > PIECES * PIECE.length);
    socket.end();
    const { text } = await ended;
    const body = Buffer.from(text.slice(text.indexOf('\r\n\r\n') + 4), 'latin1');
    expect(createHash('sha256').update(body).digest('hex')).toBe(WHOLE_HASH);
    expect(refusals(world)).toEqual([]);
  });
});

describe('an upload', () => {
  const cases = DENIALS.flatMap(([name, change, reason]) =>
    [false, true].map((isChunked) => ({ name, change, reason, isChunked })),
  );
  it.each(cases)('(in chunks: $isChunked) is cut within a second by a policy that $name', async (given) => {
    await using world = await startWorld();
    const { ended } = await openUpload(world, given.isChunked);
    const changed = performance.now();
    given.change(world);
    const { how, text, afterMs } = await ended;
    expect([how, text]).toEqual([expect.stringMatching(/^(?:ECONNRESET|EPIPE)$/), '']);
    expect(afterMs - changed).toBeLessThan(1000);
    await until(() => world.broken.length === 1);
    expect(world.whole).toEqual([]);
    expect(refusals(world)).toEqual([[given.reason, 'push', 'acme/app']]);
    await untilNoTunnel(world.lab);
  });

  it.each([false, true])(
    '(in chunks: %s) goes on to its end when only pulls are taken away',
    async (isChunked) => {
      await using world = await startWorld();
      const { sent, received, socket } = await openUpload(world, isChunked);
      world.change({ allow: ['push'] });
      await sent;
      await until(() => received() > 0);
      expect(world.whole).toEqual([WHOLE_HASH]);
      expect(refusals(world)).toEqual([]);
      socket.destroy();
    },
  );

  it('is cut by a policy that no longer names the address that it goes to', async () => {
    await using world = await startWorld();
    const { ended } = await openUpload(world, true);
    world.change({}, { addresses: [] });
    expect((await ended).text).toBe('');
    await until(() => world.broken.length === 1);
    expect([world.whole, refusals(world)]).toEqual([[], [['ADDRESS_REFUSED', 'push', 'acme/app']]]);
  });

  it('is cut without the download of another connection, when pushes alone are taken away', async () => {
    await using world = await startWorld();
    const download = await open(world, `GET ${BLOB}`);
    await until(() => download.received() > PIECE.length);
    const upload = await openUpload(world, true);
    world.change({ allow: ['pull'] });
    await upload.ended;
    world.hurry();
    await until(() => download.received() > PIECES * PIECE.length);
    expect(refusals(world)).toEqual([['ACTION_NOT_ALLOWED', 'push', 'acme/app']]);
    download.socket.destroy();
  });
});

describe('a request that the registry has not answered yet', () => {
  it('is cut, and its answer never comes', async () => {
    await using lab = await startGatewayLab();
    await using registry = await startTestRegistry(
      lab,
      'reg.test',
      (request) => void request.on('error', () => undefined),
    );
    const own = { id: 'own', registry: registry.host, allow: ['pull' as const], repositories: ['acme/**'] };
    lab.publish({ registries: [own] });
    lab.trust(registry.host);
    const answered = lab.ask(`https://${registry.host}/v2/acme/app/manifests/1`);
    await until(() => registry.requests.length === 1);
    const [request] = registry.requests;
    const gone = once(request?.socket as TLSSocket, 'close');
    lab.publish({ registries: [{ ...own, repositories: ['other/**'] }] });
    await expect(answered).rejects.toMatchObject({ code: 'ECONNRESET' });
    await gone;
    expect(lab.records.map(({ decision }) => decision.reason)).toEqual(['REPOSITORY_NOT_ALLOWED']);
  });
});
