import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createTransport } from '../src/control-plane/transport.ts';
import { makeTemporaryDirectory } from './temporary.ts';

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

/** An HTTPS server for 127.0.0.1, with a certificate that only its own file vouches for. */
async function startSecure(answer: RequestListener) {
  const dir = await makeTemporaryDirectory();
  const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')];
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  execFileSync('openssl', ['req', '-x509', ...curve, ...subject, '-keyout', key, '-out', cert], {
    stdio: 'ignore',
  });
  const server = createHttpsServer({ key: await readFile(key), cert: await readFile(cert) }, answer);
  return { port: await listen(server as unknown as Server), cert };
}

/** An organization's proxy: CONNECT alone, with a password. */
async function startProxy() {
  const seen: { target: string; authorization: string | undefined }[] = [];
  const proxy = createHttpServer();
  proxy.on('connect', (request, client) => {
    seen.push({ target: request.url ?? '', authorization: request.headers['proxy-authorization'] });
    const [host = '', port] = (request.url ?? '').split(':');
    const upstream = connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    for (const socket of [client, upstream]) socket.on('error', () => socket.destroy());
  });
  return { seen, port: await listen(proxy) };
}

const call = { method: 'GET', path: '/x', headers: {}, maxAnswerBytes: 100 };

function open(options: Parameters<typeof createTransport>[0]) {
  const transport = createTransport(options);
  onTestFinished(() => transport.close());
  return transport;
}

describe('the transport', () => {
  it('trusts the given authority, and no other', async () => {
    const { port, cert } = await startSecure((_request, response) => void response.end('hello'));
    const server = `https://127.0.0.1:${port}`;
    const answer = await open({ server, caFile: cert }).call(call);
    expect([answer.status, answer.body.toString()]).toEqual([200, 'hello']);
    await expect(open({ server }).call(call)).rejects.toMatchObject({ code: 'SERVER_UNREACHABLE' });
    expect(() => open({ server, caFile: '/nowhere' })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    );
  });

  it("goes through the organization's proxy by CONNECT, with its password, unless excepted", async () => {
    const { port, cert } = await startSecure((_request, response) => void response.end('hello'));
    const proxy = await startProxy();
    const server = `https://127.0.0.1:${port}`;
    const url = `http://user:secret@127.0.0.1:${proxy.port}`;
    await open({ server, caFile: cert, upstreamProxy: { url, noProxy: [] } }).call(call);
    const authorization = `Basic ${Buffer.from('user:secret').toString('base64')}`;
    expect(proxy.seen).toEqual([{ target: `127.0.0.1:${port}`, authorization }]);
    await open({ server, caFile: cert, upstreamProxy: { url, noProxy: ['127.0.0.1'] } }).call(call);
    expect(proxy.seen).toHaveLength(1);
  });

  it('cuts off an answer that is too long, and reports one that breaks off', async () => {
    const port = await listen(
      createHttpServer((request, response) => {
        if (request.url === '/long') response.end('x'.repeat(101));
        else response.writeHead(200, { 'content-length': '10' }).write('x', () => response.destroy());
      }),
    );
    const transport = open({ server: `http://127.0.0.1:${port}` });
    await expect(transport.call({ ...call, path: '/long' })).rejects.toMatchObject({
      code: 'SERVER_ANSWER_INVALID',
    });
    await expect(transport.call(call)).rejects.toMatchObject({ code: 'SERVER_UNREACHABLE' });
  });

  it('ends a call that is aborted', async () => {
    const port = await listen(createHttpServer());
    const signal = AbortSignal.timeout(50);
    const waiting = open({ server: `http://127.0.0.1:${port}` }).call({ ...call, signal });
    await expect(waiting).rejects.toMatchObject({ code: 'SERVER_UNREACHABLE' });
  });
});
