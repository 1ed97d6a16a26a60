import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { PointQuery } from '../src/point.ts';
import { ask, dial, hash, readAll, startLab, startPeer } from './proxy-harness.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;
const startHttp = (handler: Handler) => startPeer(() => undefined, createServer(handler));

/** Answers with what it saw. */
const mirror: Handler = async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  response.end(
    JSON.stringify({
      method: request.method,
      url: request.url,
      headers: request.headers,
      length: body.length,
      hash: hash(body),
    }),
  );
};

const bodyOf = (answer: string): string => answer.slice(answer.indexOf('\r\n\r\n') + 4);

describe('plain HTTP', () => {
  it('sends on in origin form with its own Host, without hop-by-hop fields and secrets for the proxy', async () => {
    await using peer = await startHttp((request, response) => {
      response.setHeader('X-Hop', 'secret').setHeader('Connection', 'X-Hop').setHeader('Content-Length', '2');
      response.end(JSON.stringify(request.headers).length > 0 ? 'ok' : '');
    });
    await using echo = await startHttp((request, response) => void mirror(request, response));
    await using lab = await startLab();
    const head = `Host: evil.example\r\nProxy-Authorization: Basic c2VjcmV0\r\nConnection: close, X-Drop\r\nX-Drop: 1\r\nAuthorization: Bearer t\r\n\r\n`;
    const answer = await ask(lab.port, `GET http://reg.test:${echo.port}/v2/?a=b HTTP/1.1\r\n${head}`);
    const seen = JSON.parse(bodyOf(answer).replace(/^[0-9a-f]+\r\n|\r\n0\r\n\r\n$/g, ''));
    expect(seen).toMatchObject({
      url: '/v2/?a=b',
      headers: { host: `reg.test:${echo.port}`, authorization: 'Bearer t' },
    });
    expect(Object.keys(seen.headers)).not.toContain('proxy-authorization');
    expect(Object.keys(seen.headers)).not.toContain('x-drop');
    const plain = await ask(lab.port, `GET http://reg.test:${peer.port}/ HTTP/1.0\r\n\r\n`);
    expect(plain).not.toContain('X-Hop');
    expect(bodyOf(plain)).toBe('ok');
  });

  it('judges every request of a kept connection, to the depth that it sees', async () => {
    await using peer = await startHttp((request, response) => void mirror(request, response));
    const queries: PointQuery[] = [];
    const table = (query: PointQuery) => {
      queries.push(query);
      return query.action === 'push' ? ('ACTION_NOT_ALLOWED' as const) : ('allow' as const);
    };
    await using lab = await startLab({ table });
    const base = `http://reg.test:${peer.port}`;
    const host = 'Host: a\r\n\r\n';
    const answer = await ask(
      lab.port,
      `GET ${base}/v2/ HTTP/1.1\r\n${host}HEAD ${base}/v2/a/b/manifests/1 HTTP/1.1\r\n${host}PUT ${base}/v2/a/b/manifests/1?tag=2 HTTP/1.1\r\n${host}`,
    );
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200', 'HTTP/1.1 403']);
    expect(
      lab.records.map(({ depth, repository, action, decision }) => [
        depth,
        repository,
        action,
        decision.verdict,
      ]),
    ).toEqual([
      ['full', undefined, undefined, 'allow'],
      ['full', 'a/b', 'pull', 'allow'],
      ['full', 'a/b', 'push', 'deny'],
    ]);
    expect(queries.every(({ insecure }) => insecure === true)).toBe(true);
    // What is forwarded is judged once more when it was dialled.
    expect(queries.map(({ tag }) => tag)).toEqual([undefined, undefined, '1', '1', '1', '2']);
  });

  it('asks for both sides of a mount, and refuses what cannot be judged', async () => {
    const table = (query: PointQuery) =>
      query.repository === 'secret' ? ('REPOSITORY_NOT_ALLOWED' as const) : ('allow' as const);
    await using lab = await startLab({ table });
    const digest = `sha256:${'0'.repeat(64)}`;
    const mount = `POST http://reg.test:1/v2/a/blobs/uploads/?mount=${digest}&from=secret HTTP/1.1\r\nHost: a\r\n\r\n`;
    expect(await ask(lab.port, mount)).toMatch(/^HTTP\/1\.1 403 .*REPOSITORY_NOT_ALLOWED/);
    for (const path of [
      '/%762/secret/manifests/1',
      '/x/../v2/secret/manifests/1',
      '/v2/a/..%2fsecret/manifests/1',
    ]) {
      expect(await ask(lab.port, `GET http://reg.test:1${path} HTTP/1.1\r\nHost: a\r\n\r\n`)).toMatch(
        /^HTTP\/1\.1 400 /,
      );
    }
  });

  it('streams bodies of both framings, both ways, and keeps the connection', async () => {
    const big = randomBytes(8 * 1024 * 1024);
    await using peer = await startHttp((request, response) => {
      if (request.url === '/big') response.setHeader('Content-Length', big.length).end(big);
      else void mirror(request, response);
    });
    await using lab = await startLab();
    const url = `http://reg.test:${peer.port}`;
    const socket = await dial(
      lab.port,
      `PUT ${url}/put HTTP/1.1\r\nHost: a\r\nContent-Length: ${big.length}\r\n\r\n`,
    );
    const received = readAll(socket);
    socket.write(big);
    socket.write(
      `PUT ${url}/chunks HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${big.length.toString(16)}\r\n`,
    );
    socket.write(big);
    socket.write(`\r\n0\r\n\r\nGET ${url}/big HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    const answer = await received;
    socket.destroy();
    const text = answer.toString('latin1');
    expect(text.match(new RegExp(hash(big), 'g'))).toHaveLength(2);
    expect(hash(answer.subarray(-big.length))).toBe(hash(big));
  });

  it('shows a cut response as cut', async () => {
    await using peer = await startHttp((_request, response) => {
      response.writeHead(200, { 'Content-Length': 100 });
      response.write('half', () => response.destroy());
    });
    await using lab = await startLab();
    const answer = await ask(lab.port, `GET http://reg.test:${peer.port}/ HTTP/1.1\r\nHost: a\r\n\r\n`);
    expect(answer).toContain('Content-Length: 100');
    expect(bodyOf(answer).length).toBeLessThan(100);
  });

  it('answers 502 for a server that does not speak HTTP, and 400 for a broken body', async () => {
    await using peer = await startPeer((socket) => void socket.end('hello\r\n\r\n'));
    await using lab = await startLab();
    const start = `http://reg.test:${peer.port}/ HTTP/1.1\r\nHost: a\r\n`;
    expect(await ask(lab.port, `GET ${start}\r\n`)).toMatch(/^HTTP\/1\.1 502 reg\.test:/);
    await using silent = await startHttp((request) => void request.resume());
    const broken = `POST http://reg.test:${silent.port}/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`;
    expect(await ask(lab.port, broken)).toMatch(/^HTTP\/1\.1 (?:400|502) /);
  });

  it('returns redirects unfollowed, passes 100-continue on and refuses metadata', async () => {
    await using peer = await startHttp((request, response) => {
      response.writeHead(307, { Location: 'http://169.254.169.254/latest' });
      request.resume().on('end', () => response.end());
    });
    await using lab = await startLab();
    const expecting = `PUT http://reg.test:${peer.port}/ HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\n`;
    const socket = await dial(lab.port, expecting);
    const received = readAll(socket);
    socket.write('ok');
    expect(String(await received)).toMatch(
      /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 307 [\s\S]*\r\nLocation: http:\/\/169\.254\.169\.254\/latest\r\n/,
    );
    socket.destroy();
    expect(await ask(lab.port, 'GET http://169.254.169.254/latest HTTP/1.1\r\nHost: a\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 403 .*ADDRESS_REFUSED/,
    );
  });
});
