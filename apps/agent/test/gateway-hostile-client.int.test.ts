/** A hostile client inside an inspected tunnel: nothing it spells passes what is not allowed, holds what others need, or reaches the registry. */

import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import {
  answerWith,
  exchangeText,
  type HostileWorld,
  openTunnels,
  startHostileWorld,
  statusesIn,
  untilNoTunnel,
  type WorldOptions,
} from './gateway-hostile-harness.ts';
import { openTunnel } from './proxy-harness.ts';
import { until } from './temporary.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const ok = (options: WorldOptions = {}): Promise<HostileWorld> =>
  startHostileWorld((socket, text) => {
    if (/^(?:GET|HEAD|PUT|POST|PATCH|DELETE) /.test(text)) socket.write(answerWith('fine'));
  }, options);

const get = (world: HostileWorld, path: string, fields = ''): string =>
  `GET ${path} HTTP/1.1\r\nHost: ${world.registry.host}\r\n${fields}\r\n`;
const post = (world: HostileWorld, path: string, rest: string): string =>
  `POST ${path} HTTP/1.1\r\nHost: ${world.registry.host}\r\n${rest}`;
const ALLOWED = '/v2/acme/app/manifests/1';

type Say = (world: HostileWorld) => string;

describe('what is no plain request', () => {
  const CASES: readonly [string, Say][] = [
    [
      'two lengths',
      (world) =>
        post(world, '/v2/acme/app/blobs/uploads/', 'Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx'),
    ],
    [
      'length and coding',
      (world) =>
        post(
          world,
          '/v2/acme/app/blobs/uploads/',
          'Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
        ),
    ],
    [
      'coding and length',
      (world) =>
        post(
          world,
          '/v2/acme/app/blobs/uploads/',
          'Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n',
        ),
    ],
    [
      'xchunked',
      (world) => post(world, '/v2/acme/app/blobs/uploads/', 'Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n'),
    ],
    [
      'chunked twice',
      (world) =>
        post(
          world,
          '/v2/acme/app/blobs/uploads/',
          'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
        ),
    ],
    [
      'gzip below chunked',
      (world) =>
        post(world, '/v2/acme/app/blobs/uploads/', 'Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n'),
    ],
    [
      'identity',
      (world) => post(world, '/v2/acme/app/blobs/uploads/', 'Transfer-Encoding: identity\r\n\r\n'),
    ],
    [
      'a space before the colon',
      (world) => post(world, '/v2/acme/app/blobs/uploads/', 'Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n'),
    ],
    [
      'a folded line',
      (world) =>
        post(world, '/v2/acme/app/blobs/uploads/', 'Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n'),
    ],
    [
      'a negative length',
      (world) => post(world, '/v2/acme/app/blobs/uploads/', 'Content-Length: -1\r\n\r\n'),
    ],
    ['an empty length', (world) => post(world, '/v2/acme/app/blobs/uploads/', 'Content-Length: \r\n\r\n')],
    ['a signed length', (world) => post(world, '/v2/acme/app/blobs/uploads/', 'Content-Length: +1\r\n\r\nx')],
    [
      'a length in words',
      (world) => post(world, '/v2/acme/app/blobs/uploads/', 'Content-Length: 1, 1\r\n\r\nx'),
    ],
    ['line ends without CR', (world) => get(world, ALLOWED).replaceAll('\r\n', '\n')],
    ['one line end without CR', (world) => get(world, ALLOWED).replace('\r\nHost', '\nHost')],
    ['CR alone', (world) => get(world, ALLOWED, 'X: a\rHost: other\r\n')],
    ['a NUL in a header', (world) => get(world, ALLOWED, 'X: a\0b\r\n')],
    ['a header without a colon', (world) => get(world, ALLOWED, 'X\r\n')],
    ['a header with a folded value', (world) => get(world, ALLOWED, 'X: a\r\n b\r\n')],
    ['no Host', () => `GET ${ALLOWED} HTTP/1.1\r\n\r\n`],
    ['two Hosts', (world) => get(world, ALLOWED, 'Host: other.test\r\n')],
    ['two Hosts alike', (world) => get(world, ALLOWED, `Host: ${world.registry.host}\r\n`)],
    ['another Host', () => `GET ${ALLOWED} HTTP/1.1\r\nHost: other.test\r\n\r\n`],
    ['another Host for the ping', () => 'GET /v2/ HTTP/1.1\r\nHost: other.test\r\n\r\n'],
    ['a Host with credentials', (world) => `GET /v2/ HTTP/1.1\r\nHost: a@${world.registry.host}\r\n\r\n`],
    ['a Host without the port', () => 'GET /v2/ HTTP/1.1\r\nHost: reg.test\r\n\r\n'],
    ['the absolute form', (world) => get(world, `https://${world.registry.host}${ALLOWED}`)],
    ['the absolute form of another host', (world) => get(world, `http://other.test${ALLOWED}`)],
    ['the asterisk', (world) => get(world, '*').replace('GET', 'OPTIONS')],
    ['the authority form', (world) => get(world, world.registry.host)],
    ['CONNECT inside', (world) => get(world, 'other.test:443').replace('GET', 'CONNECT')],
    ['HTTP/2 over this connection', () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['HTTP/0.9', () => `GET ${ALLOWED}\r\n\r\n`],
    ['HTTP/3.0', (world) => get(world, ALLOWED).replace('HTTP/1.1', 'HTTP/3.0')],
    ['another protocol', () => 'SSH-2.0-OpenSSH\r\n'],
    ['a body where something is read', (world) => `${get(world, ALLOWED, 'Content-Length: 3\r\n')}abc`],
    [
      'a chunked body where something is read',
      (world) => `${get(world, ALLOWED, 'Transfer-Encoding: chunked\r\n')}0\r\n\r\n`,
    ],
    ['another method by a header', (world) => get(world, ALLOWED, 'X-HTTP-Method-Override: DELETE\r\n')],
    ['another method by another header', (world) => get(world, ALLOWED, 'X-Method-Override: PUT\r\n')],
    [
      'another path by a header',
      (world) => get(world, ALLOWED, 'X-Original-URL: /v2/other/app/manifests/1\r\n'),
    ],
    [
      'another path by another header',
      (world) => get(world, ALLOWED, 'X-Rewrite-URL: /v2/other/app/manifests/1\r\n'),
    ],
    [
      'a form whose fields a registry takes for parameters',
      (world) =>
        post(
          world,
          '/v2/acme/app/blobs/uploads/',
          `Content-Type: Application/X-WWW-Form-Urlencoded; charset=utf-8\r\nContent-Length: 16\r\n\r\nmount=x&from=o/p`,
        ),
    ],
    [
      'a form in parts',
      (world) =>
        post(
          world,
          '/v2/acme/app/blobs/uploads/',
          'Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 4\r\n\r\n--x-',
        ),
    ],
    ['101 headers', (world) => get(world, ALLOWED, 'X: y\r\n'.repeat(101))],
    ['17 KiB of headers', (world) => get(world, ALLOWED, `X: ${'y'.repeat(17 * 1024)}\r\n`)],
    ['a path of 17 KiB', (world) => get(world, `/v2/${'a'.repeat(17 * 1024)}/manifests/1`)],
  ];

  it('is refused, each of its kinds, and the registry hears nothing', async () => {
    await using world = await ok();
    const answered: string[] = [];
    await Promise.all(
      CASES.map(async ([name, say]) => {
        const answer = await world.say(say(world), 2000);
        if (!/^HTTP\/1\.1 (?:400|431) /.test(answer) || statusesIn(answer).length !== 1)
          answered.push(`${name}: ${answer}`);
      }),
    );
    // The parser itself ends these two before their answer is written.
    expect(answered.toSorted()).toEqual(['identity: ', 'xchunked: ']);
    expect(world.registry.heard()).toBe('');
    expect(new Set(world.lab.records.map(({ decision }) => decision.reason))).toEqual(
      new Set(['REQUEST_INVALID']),
    );
    expect(world.lab.records.length).toBeGreaterThanOrEqual(CASES.length - 2);
    await untilNoTunnel(world.lab);
  });
});

describe('spellings of a denied repository', () => {
  const PATHS = [
    '/v2/other/app/manifests/1',
    '/v2/acme%2F..%2Fother/app/manifests/1',
    '/v2/acme/../other/app/manifests/1',
    '/v2/acme/%2e%2e/other/app/manifests/1',
    '/v2//other/app/manifests/1',
    '/v2/./other/app/manifests/1',
    '//v2/other/app/manifests/1',
    '/v2/acme/app;/../other/manifests/1',
    '/v2/other\\app/manifests/1',
    '/v2\\other/app/manifests/1',
    '/V2/other/app/manifests/1',
    '/v2/OTHER/app/manifests/1',
    '/v2/%6fther/app/manifests/1',
    '/%76%32/other/app/manifests/1',
    '/v2/other%2fapp/manifests/1',
    '/v2/other/app/manifests/1#/acme/app/manifests/1',
    '/v2/\xf6ther/app/manifests/1',
    '/v2/other/app/manifests/1/',
    '/v2/other/app/manifests//1',
    '/v2/other/app/tags/list',
    `/v2/other/app/referrers/${DIGEST}`,
    `/v2/other/app/blobs/${DIGEST}`,
    `/v2/other/app/blobs/uploads/1`,
    '/v2/_catalog',
    '/token/../v2/other/app/manifests/1',
    '/v1/search/../../v2/other/app/manifests/1',
    '/artifactory/api/docker/v2/other/app/manifests/1',
    '/v1/repositories/other/app/images',
  ];
  it('none passes, by any method, and none reaches the registry', async () => {
    await using world = await ok();
    const passed: string[] = [];
    for (const path of PATHS) {
      for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'POST', 'get']) {
        const text = get(world, path, 'Content-Length: 0\r\nConnection: close\r\n').replace('GET', method);
        const statuses = statusesIn(await world.say(text, 1500));
        if (statuses.some((status) => ![400, 403, ...(method === 'HEAD' ? [404] : [])].includes(status)))
          passed.push(`${method} ${path}`);
      }
    }
    expect(passed).toEqual([]);
    expect(world.registry.heard()).toBe('');
    await untilNoTunnel(world.lab);
  }, 120_000);

  it('a denial of the origin holds through a mirror, however the origin is written', async () => {
    await using world = await ok({
      rest: { deny: [{ id: 'origin', registry: 'docker.io', repositories: ['acme/**'] }] },
    });
    const queries = [
      '?ns=docker.io',
      '?n%73=docker.io',
      '?x=1;ns=docker.io',
      '?ns=docker.io&ns=quay.io',
      '?ns=..',
    ];
    const answers = queries.map((query) =>
      world.say(get(world, `${ALLOWED}${query}`, 'Connection: close\r\n')),
    );
    expect((await Promise.all(answers)).flatMap(statusesIn)).toEqual([403, 403, 403, 400, 400]);
    expect(world.registry.heard()).toBe('');
  });

  it('no mount from it, however it is written', async () => {
    await using world = await ok();
    const queries = [
      '?mount=D&from=other/app',
      '?from=other/app&mount=D',
      '?m%6funt=D&%66rom=other/app',
      '?mount=D&from=acme/app&from=other/app',
      '?mount=D&x=1;from=other/app',
      '?mount=D&from=acme/app%2F..%2Fother',
      '?from=other/app',
    ];
    const answers = queries.map((query) => {
      const path = `/v2/acme/app/blobs/uploads/${query.replace('D', DIGEST)}`;
      return world.say(post(world, path, 'Content-Length: 0\r\nConnection: close\r\n\r\n'));
    });
    expect((await Promise.all(answers)).flatMap(statusesIn)).toEqual([403, 403, 403, 400, 400, 400, 400]);
    expect(world.registry.heard()).toBe('');
  });

  it('a PUT blob, and unknown methods on what is allowed, are refused', async () => {
    await using world = await ok();
    for (const [method, path] of [
      ['PUT', `/v2/acme/app/blobs/${DIGEST}`],
      ['POST', ALLOWED],
      ['PATCH', ALLOWED],
      ['TRACE', ALLOWED],
      ['BREW', ALLOWED],
      ['OPTIONS', '/v2/'],
      ['POST', '/v2/'],
    ] as const) {
      const text = get(world, path, 'Content-Length: 0\r\nConnection: close\r\n').replace('GET', method);
      expect(statusesIn(await world.say(text))).toEqual([400]);
    }
    expect(world.registry.heard()).toBe('');
  });
});

describe('several requests on one connection', () => {
  it('are judged one by one, the denied one in its place', async () => {
    await using world = await ok();
    const text =
      get(world, ALLOWED) +
      get(world, '/v2/other/app/manifests/1') +
      get(world, ALLOWED, 'Connection: close\r\n');
    expect(statusesIn(await world.say(text))).toEqual([200, 403, 200]);
    expect(world.registry.heard()).not.toContain('other/app');
    await untilNoTunnel(world.lab);
  });

  it('a request hidden in the body of a denied one is body, nothing else', async () => {
    await using world = await ok();
    const hidden = get(world, ALLOWED);
    const text = post(
      world,
      '/v2/other/app/blobs/uploads/',
      `Content-Length: ${hidden.length}\r\n\r\n${hidden}`,
    );
    expect(statusesIn(await world.say(text, 800))).toEqual([403]);
    expect(world.registry.heard()).toBe('');
  });

  it('a client that does not wait for its 100 gets its connection closed with the denial', async () => {
    await using world = await ok();
    const hidden = get(world, ALLOWED);
    const text = post(
      world,
      '/v2/other/app/blobs/uploads/',
      `Expect: 100-continue\r\nContent-Length: ${hidden.length}\r\n\r\n`,
    );
    const answer = await world.say(text + hidden);
    expect(statusesIn(answer)).toEqual([403]);
    expect(answer).toMatch(/^connection: close/im);
    expect(world.registry.heard()).toBe('');
  });

  it('thousands at once end the connection', async () => {
    await using world = await startHostileWorld(() => undefined);
    const socket = await world.connect();
    await exchangeText(socket, get(world, ALLOWED).repeat(5000), 3000);
    expect(world.registry.heard().split('GET ').length - 1).toBeLessThanOrEqual(1);
    await untilNoTunnel(world.lab);
  });

  it('an upgrade is an ordinary request, and what follows is judged', async () => {
    await using world = await ok();
    const upgrade =
      'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n';
    const answer = await world.say(
      get(world, ALLOWED, upgrade) + get(world, '/v2/other/app/manifests/1', 'Connection: close\r\n'),
    );
    expect(statusesIn(answer)[0]).toBe(200);
    expect(world.registry.heard()).not.toContain('other/app');
    expect(world.registry.heard()).not.toMatch(/upgrade:/i);
  });

  it('headers that the client names for its own hop do not take away what the registry needs', async () => {
    await using world = await ok();
    const fields = 'Authorization: Bearer x\r\nX-Own: 1\r\nConnection: authorization, x-own, host, close\r\n';
    expect(statusesIn(await world.say(get(world, ALLOWED, fields)))).toEqual([200]);
    expect(world.registry.heard()).toContain('Authorization: Bearer x');
    expect(world.registry.heard()).not.toContain('X-Own');
  });
});

describe('slow and broken clients', () => {
  const config = { headTimeoutMs: 300, idleTimeoutMs: 1000 };
  it.each<[string, (world: HostileWorld) => Promise<string>]>([
    [
      'never begins the handshake',
      async (world) => {
        const socket = await openTunnel(world.lab.proxyPort, world.registry.host);
        await once(socket.resume(), 'end');
        return '';
      },
    ],
    ['sends no request', async (world) => await world.say('', 5000)],
    [
      'sends a byte of its head now and then',
      async (world) => {
        const socket = await world.connect();
        const timer = setInterval(() => socket.write('G'), 50);
        socket.write(`GET ${ALLOWED} HTTP/1.1\r\nX: `);
        const answer = await exchangeText(socket, 'y', 5000);
        clearInterval(timer);
        return answer;
      },
    ],
    [
      'sends a byte of its second head now and then',
      async (world) => {
        const socket = await world.connect();
        const timer = setInterval(() => socket.write('G'), 50);
        const answer = await exchangeText(socket, `${get(world, ALLOWED)}GET / HTTP/1.1\r\nX: `, 5000);
        clearInterval(timer);
        return answer;
      },
    ],
    [
      'stops in its body',
      async (world) =>
        await world.say(post(world, '/v2/acme/app/blobs/uploads/', 'Content-Length: 100\r\n\r\nhalf'), 5000),
    ],
  ])('one that %s is let go', async (_, run) => {
    await using world = await startHostileWorld(
      (socket, text) => {
        if (text.startsWith('GET ')) socket.write(answerWith('fine'));
      },
      { config },
    );
    const started = performance.now();
    await run(world);
    expect(performance.now() - started).toBeLessThan(4500);
    await untilNoTunnel(world.lab);
    expect(world.lab.records.filter(({ decision }) => decision.effect === 'refuse')).toEqual([]);
  });

  it.each<[string, string, string]>([
    ['of a length', 'Content-Length: 100\r\n\r\n', 'half'],
    ['in a chunk', 'Transfer-Encoding: chunked\r\n\r\n', '10\r\nhalf'],
  ])(
    'an upload %s that breaks off is never whole at the registry, however it ends',
    async (_, head, body) => {
      const ends: string[] = [];
      await using world = await startHostileWorld((socket) => {
        if (socket.listenerCount('end') > 1) return;
        socket.once('end', () => ends.push('end')).once('error', () => ends.push('error'));
      });
      for (const end of ['end', 'destroy'] as const) {
        const socket = await world.connect();
        socket.on('error', () => undefined);
        socket.write(post(world, '/v2/acme/app/blobs/uploads/?digest=x', head + body));
        await until(() => world.registry.heard().includes('half'));
        await sleep(50);
        socket[end]();
        await untilNoTunnel(world.lab);
        await until(() => world.registry.connections() === 0);
      }
      expect(world.registry.heard()).not.toContain('\r\n0\r\n');
      expect(world.lab.records.filter(({ decision }) => decision.effect === 'refuse')).toEqual([]);
    },
  );

  it('of a body longer than its length the rest is the next request', async () => {
    await using world = await ok();
    const answer = await world.say(
      post(world, '/v2/acme/app/blobs/uploads/', 'Content-Length: 2\r\n\r\nabcd'),
      1500,
    );
    expect(statusesIn(answer)).not.toContain(403);
    expect(world.registry.heard()).not.toContain('cd');
  });
});

describe('the TLS of a client', () => {
  it('names the host of the tunnel, or is refused', async () => {
    await using world = await ok();
    await expect(
      world.lab.connect(world.registry.host, 'other.test').then((socket) => once(socket, 'secureConnect')),
    ).rejects.toThrow();
    await untilNoTunnel(world.lab);
    expect(await openTunnels(world.lab)).toBe(0);
  });
});
