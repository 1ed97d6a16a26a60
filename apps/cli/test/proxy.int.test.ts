/** Through a company's proxy that asks for name and password: tinyproxy, which hands on to one that knows the name `pullgate.test`. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProxiedFetch } from '../src/proxy/proxied-fetch.ts';
import { createScene } from './scene.ts';

const hasTinyproxy = spawnSync('tinyproxy', ['-v']).error === undefined;
if (!hasTinyproxy) console.warn('skipped: a proxy that asks for a password ("tinyproxy" is not installed)');

const listen = async (server: Server): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
};

async function freePort(): Promise<number> {
  const probe = createTcpServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise<void>((resolve) => probe.close(() => resolve()));
  return port;
}

async function untilListening(port: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const isUp = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true));
      socket.once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (isUp) return;
    await sleep(50);
  }
  throw new Error('tinyproxy does not listen');
}

describe.skipIf(!hasTinyproxy)('a proxy with name and password', () => {
  let folder: string;
  let origin: Server;
  let names: Server;
  let tinyproxy: ChildProcess;
  let place: string;
  const url = new URL('http://pullgate.test/healthz');

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'pg-'));
    origin = createServer((request, response) => response.end(`seen ${request.headers.host}`));
    const originPort = await listen(origin);
    names = createServer();
    names.on('connect', (request, client) => {
      if (!String(request.url).startsWith('pullgate.test:')) {
        client.end('HTTP/1.1 502 no\r\n\r\n');
        return;
      }
      const server = connect(originPort, '127.0.0.1', () => {
        client.write('HTTP/1.1 200 ok\r\n\r\n');
        server.pipe(client).pipe(server);
      });
      for (const socket of [client, server]) socket.on('error', () => server.destroy());
    });
    const namesPort = await listen(names);
    const port = await freePort();
    place = `127.0.0.1:${port}`;
    const file = join(folder, 'tinyproxy.conf');
    writeFileSync(
      file,
      [
        ...[`Port ${port}`, 'Listen 127.0.0.1', 'Timeout 30', 'BasicAuth dev pass-secret', 'ConnectPort 80'],
        ...[`Upstream http 127.0.0.1:${namesPort}`, `LogFile "${join(folder, 'log')}"`, ''],
      ].join('\n'),
    );
    tinyproxy = spawn('tinyproxy', ['-d', '-c', file], { stdio: 'ignore' });
    await untilListening(port);
  });
  afterAll(async () => {
    tinyproxy.kill('SIGTERM');
    if (tinyproxy.exitCode === null) await new Promise((resolve) => tinyproxy.once('exit', resolve));
    for (const server of [origin, names]) {
      server.closeAllConnections();
      server.close();
    }
    rmSync(folder, { recursive: true });
  });

  it('is passed with them', async () => {
    const fetch = createProxiedFetch({ http: `http://dev:pass%2Dsecret@${place}` });
    const answer = await fetch(url, {});
    expect(await answer.text()).toBe('seen pullgate.test');
  });

  it('is passed by a script, with the password of the environment, when another proxy is down', async () => {
    const pac = join(folder, 'proxy.pac');
    writeFileSync(pac, `function FindProxyForURL() { return 'PROXY 127.0.0.1:9; PROXY ${place}' }`);
    const fetch = createProxiedFetch({ pac, http: `http://dev:pass%2Dsecret@${place}` });
    expect((await fetch(url, {})).status).toBe(200);
  });

  it('is named when it asks or refuses, and the password is not', async () => {
    const scene = createScene({ HTTP_PROXY: `http://dev:wrong-secret@${place}` });
    const refused = await scene.cli(['login', '--server', 'http://pullgate.test']);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('[PROXY_AUTH_REQUIRED]')]);
    expect(refused.stderr).toContain(place);
    expect(refused.stderr).not.toContain('secret');
    scene.dispose();
    await expect(createProxiedFetch({ http: place })(url, {})).rejects.toMatchObject({
      code: 'PROXY_AUTH_REQUIRED',
    });
  });

  it('is no way to servers of this machine', async () => {
    const { port } = origin.address() as AddressInfo;
    const fetch = createProxiedFetch({ http: 'http://127.0.0.1:9' });
    expect((await fetch(new URL(`http://127.0.0.1:${port}`), {})).status).toBe(200);
  });
});
