import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { connect, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ask, openTunnel, readSome, startLab, startPeer } from './proxy-harness.ts';

const TINYPROXY = '/usr/bin/tinyproxy';
const USER = 'agent';
const PASSWORD = 'p4ss-word_Z';

async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** A real tinyproxy that wants credentials, in the foreground, with its files in a folder that goes with it. */
async function startTinyproxy() {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'pullgate-proxy-'));
  const file = join(folder, 'tinyproxy.conf');
  await writeFile(
    file,
    `Port ${port}\nListen 127.0.0.1\nTimeout 60\nMaxClients 50\nAllow 127.0.0.1\nBasicAuth ${USER} ${PASSWORD}\nLogFile "${join(folder, 'log')}"\nLogLevel Error\n`,
  );
  const child = spawn(TINYPROXY, ['-d', '-c', file], { stdio: 'ignore' });
  for (let ready = false; !ready; ) {
    if (child.exitCode !== null) throw new Error(`tinyproxy ended with ${child.exitCode}`);
    const probe = connect(port, '127.0.0.1');
    ready = await new Promise((settle) => {
      probe.once('connect', () => settle(true)).once('error', () => setTimeout(settle, 20, false));
    });
    probe.destroy();
  }
  return {
    port,
    async [Symbol.asyncDispose]() {
      child.kill();
      await once(child, 'exit');
      await rm(folder, { recursive: true });
    },
  };
}

const installed = existsSync(TINYPROXY);
describe.skipIf(!installed)(
  `through a real tinyproxy${installed ? '' : ' (skipped: tinyproxy is not installed)'}`,
  () => {
    it('tunnels and forwards with credentials, which reach no log', async () => {
      await using upstream = await startTinyproxy();
      await using peer = await startPeer((socket) => void socket.pipe(socket));
      await using web = await startPeer(
        () => undefined,
        createServer((request, response) => void response.end(JSON.stringify(request.headers))),
      );
      const url = `http://${USER}:${encodeURIComponent(PASSWORD)}@127.0.0.1:${upstream.port}`;
      await using lab = await startLab({ config: { upstream: { https: url, http: url } } });
      const socket = await openTunnel(lab.port, `127.0.0.1:${peer.port}`, 'through');
      expect(await readSome(socket)).toBe('through');
      socket.destroy();
      const answer = await ask(
        lab.port,
        `GET http://127.0.0.1:${web.port}/ HTTP/1.1\r\nHost: a\r\nProxy-Authorization: Basic bWluZQ==\r\nConnection: close\r\n\r\n`,
      );
      expect(answer).toMatch(/^HTTP\/1\.1 200 /);
      expect(answer).not.toMatch(/bWluZQ|proxy-authorization/i);
      const secrets = [
        PASSWORD,
        encodeURIComponent(PASSWORD),
        Buffer.from(`${USER}:${PASSWORD}`).toString('base64'),
      ];
      for (const secret of secrets) expect(lab.logged.join('')).not.toContain(secret);
    });

    it("says that it was the company's proxy that refused", async () => {
      await using upstream = await startTinyproxy();
      const url = `http://127.0.0.1:${upstream.port}`;
      await using lab = await startLab({ config: { upstream: { https: url, http: url } } });
      expect(await ask(lab.port, 'CONNECT 127.0.0.1:443 HTTP/1.1\r\nHost: a\r\n\r\n')).toMatch(
        new RegExp(
          `^HTTP/1\\.1 502 the company's proxy 127\\.0\\.0\\.1:${upstream.port} refused 127\\.0\\.0\\.1:443 \\(40[17] `,
        ),
      );
      expect(await ask(lab.port, 'GET http://reg.test:1/ HTTP/1.1\r\nHost: a\r\n\r\n')).toMatch(
        /^HTTP\/1\.1 (?:502 the company|401 )/,
      );
    });
  },
);

describe('through an upstream proxy', () => {
  it('leaves names to it that do not resolve here, but not addresses that are refused', async () => {
    await using upstream = await startPeer((socket) => {
      socket.once('data', (chunk) =>
        socket.write(`HTTP/1.1 200 OK\r\n\r\n${String(chunk).split('\r\n')[0]}`),
      );
    });
    await using lab = await startLab({
      addresses: [],
      config: { upstream: { https: `http://127.0.0.1:${upstream.port}` } },
    });
    const socket = await openTunnel(lab.port, 'only-there.example:443');
    expect(await readSome(socket)).toBe('CONNECT only-there.example:443 HTTP/1.1');
    socket.destroy();
    for (const target of ['169.254.169.254:80', 'local.test:443']) {
      expect(await ask(lab.port, `CONNECT ${target} HTTP/1.1\r\nHost: a\r\n\r\n`)).toMatch(
        /^HTTP\/1\.1 403 .*ADDRESS_REFUSED/,
      );
    }
  });

  it('goes past it for NO_PROXY, and tells when it is away or talks nonsense', async () => {
    await using peer = await startPeer((socket) => void socket.end('direct'));
    await using nonsense = await startPeer((socket) => void socket.end('SSH-2.0\r\n\r\n'));
    const config = (port: number) => ({
      upstream: { https: `http://127.0.0.1:${port}`, noProxy: '.direct.test' },
    });
    await using lab = await startLab({ config: config(nonsense.port) });
    const socket = await openTunnel(lab.port, `a.direct.test:${peer.port}`);
    expect(await readSome(socket)).toBe('direct');
    socket.destroy();
    const connectTo = 'CONNECT reg.test:443 HTTP/1.1\r\nHost: a\r\n\r\n';
    expect(await ask(lab.port, connectTo)).toMatch(
      /^HTTP\/1\.1 502 the company's proxy .* closed the connection/,
    );
    await using away = await startLab({ config: config(1) });
    expect(await ask(away.port, connectTo)).toMatch(
      /^HTTP\/1\.1 502 the company's proxy .* could not be reached/,
    );
  });

  it('is given time, but not without end', async () => {
    await using silent = await startPeer(() => undefined);
    await using lab = await startLab({
      config: { connectTimeoutMs: 150, upstream: { https: `http://127.0.0.1:${silent.port}` } },
    });
    expect(await ask(lab.port, 'CONNECT reg.test:443 HTTP/1.1\r\nHost: a\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 504 the company's proxy/,
    );
  });
});
