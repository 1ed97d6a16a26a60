import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chooseRoutes, parsePacAnswer, parseProxy } from './routes.ts';

const SERVER = new URL('https://pullgate.acme.example/api/v1/session?secret=1');
const shown = async (settings: Parameters<typeof chooseRoutes>[0], url = SERVER) =>
  (await chooseRoutes(settings, url)).map((route) => route?.href ?? 'direct');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pg-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function pac(body: string): string {
  const path = join(folder, `${Math.random()}.pac`);
  writeFileSync(path, `function FindProxyForURL(url, host) { ${body} }`);
  return path;
}

describe('ways to a server', () => {
  it('follow the environment, and leave this machine alone', async () => {
    const settings = {
      https: 'http://dev:secret@one.example:3128',
      http: 'two.example:80',
      none: 'inner.example',
    };
    expect(await shown(settings)).toEqual(['http://dev:secret@one.example:3128/']);
    expect(await shown(settings, new URL('http://a.example'))).toEqual(['http://two.example/']);
    expect(await shown(settings, new URL('http://a.inner.example'))).toEqual(['direct']);
    expect(await shown(settings, new URL('http://127.0.0.1:7467'))).toEqual(['direct']);
    expect(await shown({}, SERVER)).toEqual(['direct']);
  });

  it('follow the script, which goes first, learns no path, and lends the password to the same proxy alone', async () => {
    const script = pac(
      `if (url !== 'https://pullgate.acme.example/') return 'DIRECT';
       return dnsDomainIs(host, '.acme.example') ? 'PROXY one.example:3128; HTTPS two.example:8443; DIRECT' : 'DIRECT';`,
    );
    expect(await shown({ pac: script, https: 'http://dev:secret@one.example:3128' })).toEqual([
      'http://dev:secret@one.example:3128/',
      'https://two.example:8443/',
      'direct',
    ]);
  });

  it('follow a script from an address', async () => {
    const server = createServer((_request, response) =>
      response.end('function FindProxyForURL() { return "PROXY far.example:1" }'),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    expect(await shown({ pac: `http://127.0.0.1:${port}/proxy.pac` })).toEqual(['http://far.example:1/']);
    server.closeAllConnections();
    server.close();
  });

  it.each([
    ['a loop without end', 'while (true) {}'],
    ['memory without end', 'var a = []; while (true) a.push(new Array(100000).join("x"));'],
    ['an error', 'throw new Error("broken")'],
    ['the system', 'return process.env.HOME'],
    ['the host by its constructors', 'return isPlainHostName.constructor("return process")().env.HOME'],
    ['nothing', 'return "";'],
    ['SOCKS alone', 'return "SOCKS5 s.example:1080"'],
  ])('a script with %s is refused', async (_what, body) => {
    await expect(chooseRoutes({ pac: pac(body) }, SERVER)).rejects.toMatchObject({ code: 'PROXY_UNUSABLE' });
  });

  it('a file that is too large or missing is refused', async () => {
    const large = join(folder, 'large.pac');
    writeFileSync(large, ' '.repeat(1024 * 1024 + 1));
    for (const place of [large, join(folder, 'missing.pac'), 'http://dev:secret@127.0.0.1:9/proxy.pac']) {
      const error: Error = await chooseRoutes({ pac: place }, SERVER).then(
        () => new Error('taken'),
        (refused) => refused,
      );
      expect(error).toMatchObject({ code: 'PROXY_UNUSABLE' });
      expect(error.message).not.toContain('secret');
    }
  });
});

it.each([
  ['PROXY a.example:1', ['http://a.example:1/']],
  ['proxy a.example:1;DIRECT', ['http://a.example:1/', 'direct']],
  ['SOCKS s.example:1; DIRECT', ['direct']],
])('the answer %j', (answer, expected) => {
  expect(parsePacAnswer(answer).map((route) => route?.href ?? 'direct')).toEqual(expected);
});

it.each(['socks5://s.example:1080', 'ftp://a.example', 'http://', 'dev:secret@'])(
  '%s is no proxy',
  (text) => {
    let message = '';
    try {
      parseProxy(text, 'HTTPS_PROXY');
    } catch (error) {
      expect(error).toMatchObject({ code: 'PROXY_UNUSABLE' });
      message = String(error);
    }
    expect(message).not.toBe('');
    expect(message).not.toContain('secret');
  },
);
