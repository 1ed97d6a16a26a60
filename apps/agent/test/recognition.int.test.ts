/** Registries that nobody listed, recognized by their protocol where `urls.default` opens unknown hosts. */

import type { RequestListener, ServerResponse } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { PolicyDocument } from '@pullgate/policy';
import { afterEach, describe, expect, it } from 'vitest';
import { exchange, type GatewayLab, startGatewayLab, startTestRegistry } from './gateway-harness.ts';
import { ask, openTunnel } from './proxy-harness.ts';

const OPEN: Partial<PolicyDocument> = {
  mode: { default: 'enforce', teams: {} },
  registries: [{ id: 'hub', registry: 'docker.io', allow: ['pull'] }],
  urls: { default: 'allow', allow: [], deny: [] },
};

const kept: AsyncDisposable[] = [];
afterEach(async () => {
  for (const resource of kept.splice(0).reverse()) await resource[Symbol.asyncDispose]();
});
const keep = <T extends AsyncDisposable>(resource: T): T => {
  kept.push(resource);
  return resource;
};

const startOpen = async (changes: Partial<PolicyDocument> = {}): Promise<GatewayLab> =>
  keep(await startGatewayLab({ policy: { ...OPEN, ...changes } }));

const serveFrom = async (lab: GatewayLab, name: string, serve: RequestListener) =>
  keep(await startTestRegistry(lab, name, serve));

/** What a client is told, or the status of its request inside the tunnel. */
async function fetchThrough(lab: GatewayLab, target: string): Promise<string> {
  let socket: Awaited<ReturnType<typeof openTunnel>>;
  try {
    socket = await openTunnel(lab.proxyPort, target);
  } catch (error) {
    return (error as Error).message.split('\r\n')[0] ?? '';
  }
  const secure = connectTls({
    socket,
    servername: target.replace(/:.*/, ''),
    ca: [lab.publicCa.pem],
  });
  const { status } = await exchange(secure, { path: '/some/file', headers: { host: target } });
  return `tunnel, ${status}`;
}

const answerWith =
  (status: number, headers: Record<string, string> = {}, body = '') =>
  (response: ServerResponse): void =>
    void response.writeHead(status, headers).end(body);

const VERSION = { 'Docker-Distribution-Api-Version': 'registry/2.0' };
const CHALLENGE = { 'WWW-Authenticate': 'Bearer realm="https://auth.test/token",service="reg.test"' };
const PING_ANSWERS: readonly (readonly [string, (response: ServerResponse) => void, boolean])[] = [
  ['a version header', answerWith(200, VERSION, '{}'), true],
  ['a version header with an error', answerWith(503, VERSION), true],
  ['a challenge for a token', answerWith(401, CHALLENGE), true],
  ['an error of the specification', answerWith(403, {}, '{"errors":[{"code":"DENIED"}]}'), true],
  ['an empty object', answerWith(200, { 'Content-Type': 'application/json' }, '{}'), true],
  ['a page', answerWith(200, { 'Content-Type': 'text/html' }, '<html></html>'), false],
  ['no such page', answerWith(404, {}, 'not found'), false],
  ['a login', answerWith(401, { 'WWW-Authenticate': 'Basic realm="files"' }), false],
  ['a redirect elsewhere', answerWith(302, { Location: '/login' }), false],
  ['a redirect in a circle', answerWith(302, { Location: '/v2/' }), false],
  ['a redirect to plain HTTP', answerWith(302, { Location: 'http://reg.test/v2/' }), false],
  ['a redirect to the metadata service', answerWith(302, { Location: 'https://cloud.metadata/v2/' }), false],
  ['an endless answer', (response) => void response.writeHead(200).write('x'.repeat(100_000)), false],
  ['nothing', (response) => void response.socket?.destroy(), false],
];

describe('a host that nobody knows, where urls.default is allow', () => {
  it.each(PING_ANSWERS)('that answers /v2/ with %s', async (_what, answer, isRegistry) => {
    const lab = await startOpen();
    const server = await serveFrom(lab, 'unknown.test', ({ url }, response) =>
      url === '/v2/' ? answer(response) : void response.end('file'),
    );
    const told = await fetchThrough(lab, server.host);
    if (!isRegistry) return expect(told).toBe('tunnel, 200');
    expect(told).toBe(
      `HTTP/1.1 403 acme does not allow ${server.host} (not on the list, r3). Ask in #platform`,
    );
    expect(server.requests.map(({ url }) => url)).toEqual(['/v2/']);
    expect(lab.records).toMatchObject([
      { point: 'proxy', depth: 'host', registry: server.host, decision: { reason: 'NOT_LISTED' } },
    ]);
  });

  it('is asked once for many tunnels, as nobody in particular', async () => {
    const lab = await startOpen();
    const server = await serveFrom(lab, 'unknown.test', (_request, response) => void response.end('file'));
    const all = await Promise.all(Array.from({ length: 5 }, () => fetchThrough(lab, server.host)));
    expect(all).toEqual(Array.from({ length: 5 }, () => 'tunnel, 200'));
    const pings = server.requests.filter(({ url }) => url === '/v2/');
    expect(pings).toHaveLength(1);
    expect(pings[0]?.headers).toMatchObject({
      host: server.host,
      'user-agent': expect.stringMatching(/^pullgate-agent\//),
    });
    expect(pings[0]?.headers.authorization).toBeUndefined();
  });

  it('is recognized behind a redirect of its own name', async () => {
    const lab = await startOpen();
    const behind = await serveFrom(lab, 'behind.test', (_request, response) =>
      answerWith(401, VERSION)(response),
    );
    const vanity = await serveFrom(lab, 'vanity.test', (_request, response) =>
      answerWith(307, { Location: `https://${behind.host}/v2/` })(response),
    );
    expect(await fetchThrough(lab, vanity.host)).toMatch(/^HTTP\/1\.1 403 acme does not allow vanity\.test/);
  });

  it('passes when it speaks no TLS, after at most two seconds', async () => {
    const lab = await startOpen();
    const silent = createServer((socket) => void socket.on('error', () => undefined).resume());
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    keep({
      async [Symbol.asyncDispose]() {
        await new Promise((resolve) => silent.close(resolve));
      },
    });
    const socket = await openTunnel(lab.proxyPort, `silent.test:${port}`);
    socket.destroy();
    expect(await lab.metrics.getSingleMetricAsString('pullgate_proxy_recognitions_total')).toContain(
      'pullgate_proxy_recognitions_total{answer="unanswered"} 1',
    );
  });

  it.each<[string, Partial<PolicyDocument>, boolean]>([
    ['named by urls.allow', { urls: { default: 'allow', allow: ['replaced below'], deny: [] } }, false],
    ['in mode off', { mode: { default: 'off', teams: {} } }, false],
    ['in mode observe', { mode: { default: 'observe', teams: {} } }, true],
  ])('%s is let through', async (_what, changes, isAsked) => {
    const lab = await startGatewayLab();
    keep(lab);
    const server = await serveFrom(lab, 'unknown.test', (_request, response) =>
      answerWith(401, VERSION)(response),
    );
    const urls = changes.urls && { ...changes.urls, allow: [server.host] };
    lab.publish({ ...OPEN, ...changes, ...(urls && { urls }) });
    expect(await fetchThrough(lab, server.host)).toBe('tunnel, 401');
    expect(server.requests.some(({ url }) => url === '/v2/')).toBe(isAsked);
    const wouldBe = lab.records.map(({ decision }) => decision.reason);
    if (isAsked) expect(wouldBe).toEqual(['NOT_LISTED']);
  });

  it('is never asked where urls.default denies it anyway', async () => {
    const lab = await startOpen({ urls: { default: 'deny', allow: [], deny: [] } });
    const server = await serveFrom(lab, 'unknown.test', (_request, response) =>
      answerWith(401, VERSION)(response),
    );
    expect(await fetchThrough(lab, server.host)).toMatch(/^HTTP\/1\.1 403 /);
    expect(server.requests).toEqual([]);
  });

  it('over plain HTTP is recognized by its requests, without being asked', async () => {
    const lab = await startOpen();
    const request = 'GET http://unknown.test:9/v2/a/manifests/1 HTTP/1.1\r\nHost: x\r\n\r\n';
    expect(await ask(lab.proxyPort, request)).toMatch(/^HTTP\/1\.1 403 /);
  });
});
