/** A hostile registry behind the gateway: what it answers, and where it sends, costs a clear error and nothing more. */

import { createHash } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { createTestAuthority } from './gateway-harness.ts';
import {
  answerWith,
  type HostileWorld,
  startHostileWorld,
  startRawRegistry,
  untilNoTunnel,
  type WorldOptions,
} from './gateway-hostile-harness.ts';
import { until } from './temporary.ts';

const BLOB = (letter: string): string => `/v2/acme/app/blobs/sha256:${letter.repeat(64)}`;
const MANIFEST = '/v2/acme/app/manifests/1';

/** Serves each request path by what a table says. */
function byPath(
  table: (path: string, world: HostileWorld) => string | Buffer | ((socket: TLSSocket) => void),
) {
  return (socket: TLSSocket, text: string, world: () => HostileWorld): void => {
    const path = /^[A-Z]+ (\S+) HTTP\/1\.1\r\n/.exec(text)?.[1];
    if (path === undefined) return;
    const answer = table(path, world());
    if (typeof answer === 'function') answer(socket);
    else socket.write(answer);
  };
}

const start = (table: Parameters<typeof byPath>[0], options?: WorldOptions): Promise<HostileWorld> =>
  startHostileWorld(byPath(table), options);

const redirect = (where: string): Buffer =>
  answerWith('', `Location: ${where}\r\n`, '307 Temporary Redirect');

/** Status and phrase, or that the answer was cut. */
async function outcome(world: HostileWorld, path: string): Promise<string> {
  try {
    const { status, phrase } = await world.lab.ask(`${world.url}${path}`);
    return `${status} ${phrase}`;
  } catch {
    return 'cut';
  }
}

describe('redirects', () => {
  it('to no good place end with an error that names it, and open nothing', async () => {
    const places: readonly [string, RegExp][] = [
      ['https://inside.metadata/x', /^403 .*inside\.metadata \(its address is local/],
      ['https://169.254.169.254/latest/meta-data/', /^403 .*169\.254\.169\.254/],
      ['https://[::ffff:169.254.169.254]/', /^403 /],
      ['https://[::ffff:a9fe:a9fe]/', /^403 /],
      ['https://[::169.254.169.254]/', /^403 /],
      ['https://[64:ff9b::169.254.169.254]/', /^403 /],
      ['https://[64:ff9b:1::a9fe:a9fe]/', /^403 /],
      ['https://[2002:a9fe:a9fe::1]/', /^403 /],
      ['https://[2001:0:1:1:1:1:5601:5601]/', /^403 /],
      ['https://[::1]/', /^403 /],
      ['https://[::]/', /^403 /],
      ['https://[fe80::1]/', /^403 /],
      ['https://[fd00:ec2::254]/', /^403 /],
      ['https://2852039166/', /^403 /],
      ['https://0xa9fea9fe/', /^403 /],
      ['https://0251.0376.0251.0376/', /^403 /],
      ['https://denied.test/blob', /^403 .*denied\.test/],
      ['https://blocked.test/blob', /^403 .*blocked\.test/],
      ['https://listed.test/v2/secret/app/manifests/1', /^403 .*listed\.test\/secret\/app/],
      ['https://listed.test/v2/secret%2Fapp/manifests/1', /^400 /],
      ['https://listed.test/v2/open/app;x/manifests/1', /^400 /],
      ['/v2/other/app/manifests/1', /^403 .*other\/app/],
      ['http://cdn.test/blob', /^502 .*without TLS/],
      ['ftp://cdn.test/blob', /^502 .*without TLS/],
      ['file:///etc/passwd', /^502 .*without TLS/],
      ['javascript:alert(1)', /^502 .*without TLS/],
      ['https://user:secret@cdn.test/', /^502 .*credentials/],
      ['https://', /^502 .*no URL/],
      ['https://a b/', /^502 .*no URL/],
      ['https://cdn.test:99999/', /^502 .*no URL/],
      ['https://nowhere.example/x', /^502 .*could not be resolved/],
    ];
    await using world = await start((path) => redirect(places[Number(path.slice(-2))]?.[0] ?? ''), {
      rest: {
        addresses: ['127.0.0.1'],
        registries: [
          { id: 'blocked', registry: 'blocked.test', allow: [] },
          { id: 'listed', registry: 'listed.test', allow: ['pull'], repositories: ['open/**'] },
        ],
        deny: [{ id: 'denied', registry: 'denied.test' }],
      },
    });
    const wrong: string[] = [];
    await Promise.all(
      places.map(async ([place, expected], index) => {
        const digits = String(index).padStart(2, '0');
        const got = await outcome(world, `/v2/acme/app/blobs/sha256:${'a'.repeat(62)}${digits}`);
        if (!expected.test(got)) wrong.push(`${place}: ${got}`);
        if (got.includes('secret@')) wrong.push(`${place}: tells credentials`);
      }),
    );
    expect(wrong).toEqual([]);
    await untilNoTunnel(world.lab);
  });

  it('in a circle, and to hosts without end, end after ten', async () => {
    let asked = 0;
    await using world = await start((path, { registry }) => {
      asked += 1;
      return redirect(
        path.endsWith('b')
          ? `https://reg.test:${registry.port}${BLOB('b')}`
          : `https://cdn-${asked}.test:${registry.port}/x`,
      );
    });
    expect(await outcome(world, BLOB('b'))).toMatch(/^502 .*redirects more than 10 times/);
    expect(asked).toBe(11);
    expect(await outcome(world, BLOB('a'))).toMatch(/^502 .*cdn-12\.test.*made out to another name/);
    await untilNoTunnel(world.lab);
  });

  it('end when the policy begins to deny the host that the bytes come from', async () => {
    await using world = await start(() => redirect(`https://cdn.test:${cdn.port}/bytes`));
    const { lab } = world;
    await using cdn = await startRawRegistry(lab.publicCa.issue('cdn.test'), 'cdn.test', (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nbegun');
    });
    const going = outcome(world, BLOB('a'));
    await until(() => cdn.heard() !== '');
    const own = { id: 'own', registry: world.registry.host, allow: ['pull' as const] };
    const denied = performance.now();
    lab.publish({ registries: [own], deny: [{ id: 'cdn', registry: `cdn.test:${cdn.port}` }] });
    expect(await going).toBe('cut');
    expect(performance.now() - denied).toBeLessThan(1000);
    await until(() => cdn.connections() === 0);
    expect(lab.records.at(-1)).toMatchObject({ decision: { reason: 'DENIED_BY_RULE', ruleId: 'cdn' } });
  });
});

describe('answers', () => {
  it('that are no plain answers end with an error, or look cut', async () => {
    const answers: readonly [string | Buffer | ((socket: TLSSocket) => void), RegExp][] = [
      ['HTTP/1.1 099 Odd\r\nContent-Length: 0\r\n\r\n', /^502 /],
      ['HTTP/1.1 1000 Odd\r\n\r\n', /^502 /],
      ['SSH-2.0-OpenSSH\r\n', /^502 /],
      [`HTTP/1.1 200 OK\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`, /^502 .*too many headers/],
      [`HTTP/1.1 200 OK\r\n${'X: y\r\n'.repeat(101)}Content-Length: 0\r\n\r\n`, /^502 .*too many headers/],
      ['HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab', /^502 /],
      ['HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', /^502 /],
      ['HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n', /^502 .*no plain HTTP/],
      ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n', /^cut|^502/],
      ['HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n', /^502 /],
      ['HTTP/1.1 102 Processing\r\n\r\n'.repeat(100), /^502 /],
      ['HTTP/1.1 200 OK\nContent-Length: 0\n\n', /^502 /],
      [(socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf'), /^cut/],
      [(socket) => socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n'), /^cut/],
      [(socket) => socket.destroy(), /^502 .*without an answer/],
      [
        'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n\r\n',
        /^200 |^cut/,
      ],
    ];
    await using world = await start((path) => answers[Number(path.slice(-2))]?.[0] ?? '');
    const wrong: string[] = [];
    await Promise.all(
      answers.map(async ([answer, expected], index) => {
        const digits = String(index).padStart(2, '0');
        const got = await outcome(world, `/v2/acme/app/blobs/sha256:${'a'.repeat(62)}${digits}`);
        if (!expected.test(got)) wrong.push(`${String(answer).slice(0, 60)}: ${got}`);
      }),
    );
    expect(wrong).toEqual([]);
    await untilNoTunnel(world.lab);
    await world.lab.gateway.stop();
    await until(() => world.registry.connections() === 0);
  });

  it('that come a byte now and then, or never, end in time', async () => {
    const drip =
      (text: string) =>
      (socket: TLSSocket): void => {
        const timer = setInterval(() => socket.write(text), 100);
        socket.once('close', () => clearInterval(timer));
      };
    const late = ['', 'H', 'HTTP/1.1 100 Continue\r\n\r\n'];
    await using world = await start((path) => drip(late['abc'.indexOf(path.slice(-1))] ?? ''), {
      config: { idleTimeoutMs: 1000 },
    });
    const outcomes = await Promise.all([BLOB('a'), BLOB('b'), BLOB('c')].map((path) => outcome(world, path)));
    expect(outcomes[0]).toMatch(/^504 .*did not answer in time/);
    for (const drippedOn of outcomes.slice(1)) expect(drippedOn).toMatch(/^50[24] /);
    await untilNoTunnel(world.lab);
  });

  it('a certificate that cannot be trusted opens nothing, and says why', async () => {
    await using world = await start(() => answerWith('fine'));
    const { lab } = world;
    const other = createTestAuthority(`${lab.trustDir}-other`, 'somebody else');
    await using stranger = await startRawRegistry(other.issue('strange.test'), 'strange.test', (socket) =>
      socket.write(answerWith('fine')),
    );
    await using named = await startRawRegistry(lab.publicCa.issue('right.test'), 'wrong.test', (socket) =>
      socket.write(answerWith('fine')),
    );
    const entry = (id: string, registry: string) => ({ id, registry, allow: ['pull' as const] });
    lab.publish({ registries: [entry('a', stranger.host), entry('b', named.host)] });
    for (const { host } of [stranger, named]) lab.trust(host);
    const phrases = await Promise.all(
      [stranger, named].map(async ({ host }) => (await lab.ask(`https://${host}${MANIFEST}`)).phrase),
    );
    expect(phrases[0]).toMatch(/certificate of strange\.test:\d+ cannot be trusted \(UNABLE_TO/);
    expect(phrases[1]).toMatch(
      /certificate of wrong\.test:\d+ cannot be trusted \(.*\): it is made out to another name/,
    );
    expect([stranger.heard(), named.heard()]).toEqual(['', '']);
  });
});

describe('manifests', () => {
  it('of 100 MB are refused, by their length or on their way, and take no memory', async () => {
    const piece = Buffer.alloc(1024 * 1024, ' ');
    const pour =
      (head: string) =>
      (socket: TLSSocket): void => {
        socket.write(`HTTP/1.1 200 OK\r\n${head}\r\n`);
        let sent = 0;
        const more = (): void => {
          while (sent < 100 && !socket.destroyed) {
            sent += 1;
            if (!socket.write(piece)) return void socket.once('drain', more);
          }
          socket.end();
        };
        more();
      };
    await using world = await start((path) =>
      pour(path.endsWith('1') ? `Content-Length: ${100 * piece.length}\r\n` : ''),
    );
    const before = process.memoryUsage().rss;
    expect(await outcome(world, MANIFEST)).toMatch(/^502 .*larger than 4 MiB/);
    expect(await outcome(world, '/v2/acme/app/manifests/2')).toMatch(/^502 .*larger than 4 MiB/);
    await untilNoTunnel(world.lab);
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
  });

  it('with a million children, of brackets alone, or with a lying digest, pass and teach nothing', async () => {
    const sum = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;
    const child = `sha256:${'c'.repeat(64)}`;
    const bodies: Record<string, string> = {
      many: `{"manifests":[{"digest":"${child}"},${'{},'.repeat(1_000_000)}{}]}`,
      deep: `{"manifests":${'['.repeat(4_000_000)}`,
      lying: '{}',
    };
    await using world = await start(
      (path) =>
        answerWith(bodies[path.split('/').at(-1) ?? ''] ?? 'none', `Docker-Content-Digest: ${child}\r\n`),
      { entry: { tags: ['many', 'deep', 'lying'] } },
    );
    for (const [tag, body] of Object.entries(bodies)) {
      const answer = await world.lab.ask(`${world.url}/v2/acme/app/manifests/${tag}`);
      expect([answer.status, answer.body.toString() === body]).toEqual([200, true]);
      expect(await outcome(world, `/v2/acme/app/manifests/${sum(body)}`)).toMatch(/^200 /);
    }
    expect(await outcome(world, `/v2/acme/app/manifests/${child}`)).toMatch(/^403 /);
  });
});

describe('what it teaches', () => {
  it.each([
    ['/v2/other/app/manifests/1', 403],
    ['/v2/other%2Fapp/manifests/1', 400],
    ['/v2/', 200],
    ['/v2/acme/../other/app/manifests/1', 403],
  ])('an upload that goes on at %s opens no pull there', async (where, status) => {
    await using world = await start((path) =>
      path.endsWith('/uploads/')
        ? answerWith('', `Location: ${where}\r\n`, '202 Accepted')
        : answerWith('fine'),
    );
    await world.lab.ask(`${world.url}/v2/acme/app/blobs/uploads/`, { method: 'POST', body: '' });
    const path = new URL(where, world.url).pathname;
    expect((await world.lab.ask(`${world.url}${path}`)).status).toBe(status);
    expect(world.registry.heard()).not.toContain('GET /v2/other');
  });

  it('an upload that goes on at no good place fails when it is used', async () => {
    const places = [
      'file:///etc/passwd',
      'http://cdn.test/',
      'https://inside.metadata/',
      'https://u:p@cdn.test/',
      'https://denied.test/',
      'https://listed.test/v2/open/app/manifests/latest',
      'https://listed.test/v2/open/app/blobs/uploads/1',
      'https://unlisted.test/v2/secret/app/manifests/latest',
    ];
    let next = 0;
    await using world = await start(
      () => {
        const where = places[next];
        next += 1;
        return answerWith('', `Location: ${where}\r\n`, '202 Accepted');
      },
      {
        rest: {
          registries: [{ id: 'listed', registry: 'listed.test', allow: ['pull'] }],
          deny: [{ id: 'denied', registry: 'denied.test' }],
        },
      },
    );
    const statuses: number[] = [];
    for (const _ of places) {
      const begun = await world.lab.ask(`${world.url}/v2/acme/app/blobs/uploads/`, {
        method: 'POST',
        body: '',
      });
      const { location = '' } = begun.headers;
      expect(location.startsWith(`${world.url}/v2/acme/app/blobs/uploads/pullgate.`)).toBe(true);
      statuses.push((await world.lab.ask(location, { method: 'PUT', body: 'x' })).status);
    }
    expect(statuses).toEqual([502, 502, 403, 502, 403, 403, 403, 403]);
    expect(world.lab.seen).not.toContain(`${world.registry.host} upload `);
  });

  it('a challenge with an odd realm passes unchanged and opens no path', async () => {
    const realms = [
      '/v2/other/app/manifests/1',
      'javascript:alert(1)',
      'https://reg.test@evil.test/',
      'ftp://x/',
      'https://[::1',
    ];
    await using world = await start((path, { url }) => {
      const realm = realms[Number(path.slice(-1))] ?? '';
      const whole = realm.startsWith('/') ? `${url}${realm}` : realm;
      return answerWith('{}', `WWW-Authenticate: Bearer realm="${whole}"\r\n`, '401 Unauthorized');
    });
    for (const [index, realm] of realms.entries()) {
      const answer = await world.lab.ask(`${world.url}/v2/acme/app/manifests/${index}`);
      expect(answer.status).toBe(401);
      expect(answer.headers['www-authenticate']).toContain(realm);
    }
    expect(await outcome(world, '/v2/other/app/manifests/1')).toMatch(/^403 /);
    expect(world.lab.seen.filter((line) => line.includes('evil'))).toEqual([]);
  });
});
