/** A whole agent that is stopped and started again: what tags led to counts for the rest of its day. */

import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { enrollMachine, loadAgentConfig, startAgent, toAgentPaths } from '../src/index.ts';
import { createTestAuthority, exchange } from './gateway-harness.ts';
import { openTunnel } from './proxy-harness.ts';
import { toRequiredSource } from './required-source.ts';
import { ENROLLMENT_TOKEN, startSmallControlPlane } from './small-control-plane.ts';
import { makeTemporaryDirectory } from './temporary.ts';

const MANIFEST = Buffer.from('{"schemaVersion":2,"layers":[]}');
const DIGEST = `sha256:${createHash('sha256').update(MANIFEST).digest('hex')}`;
const NOT_REQUIRED = { mechanism: 'none', allowedOrgs: [] } as const;

/** A registry on loopback that serves one manifest under every name, with its authority. */
async function startRegistry() {
  const authority = createTestAuthority(join(await makeTemporaryDirectory(), 'ca'), 'everybody');
  const server = createServer(authority.issue('127.0.0.1'), (_request, response) => {
    response.end(MANIFEST);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, pem: authority.pem };
}

/** An enrolled machine with a certificate for the registry, of which one tag may be pulled. */
async function setUp() {
  const registry = await startRegistry();
  const plane = await startSmallControlPlane();
  onTestFinished(() => plane.stop());
  await plane.publish({ registries: [{ id: 'own', registry: registry.host, allow: ['pull'], tags: ['1'] }] });
  const dataDir = await makeTemporaryDirectory();
  await enrollMachine({ server: plane.url, token: ENROLLMENT_TOKEN, name: 'laptop-7', dataDir });
  const paths = toAgentPaths(dataDir);
  const machine = createTestAuthority(join(dataDir, 'machine-ca'), 'this machine');
  const folder = join(paths.trustDir, registry.host);
  mkdirSync(folder, { recursive: true });
  const { cert, key } = machine.issue('127.0.0.1');
  for (const [file, content] of [
    ['leaf.pem', cert],
    ['key.pem', key],
    ['upstream-ca.pem', registry.pem],
  ] as const)
    writeFileSync(join(folder, file), content);
  return { host: registry.host, paths, machine };
}

async function start({ host, paths, machine }: Awaited<ReturnType<typeof setUp>>) {
  const config = await loadAgentConfig(paths, { proxyListen: '127.0.0.1:0' });
  const required = toRequiredSource(NOT_REQUIRED);
  const agent = await startAgent(config, { log: pino({ level: 'silent' }), required });
  await expect.poll(() => agent.status().policy?.revision).toBe(1);
  const detail = agent.status().points.find(({ name }) => name === 'proxy')?.detail ?? '';
  const get = async (reference: string) => {
    const tunnel = await openTunnel(Number(new URL(detail).port), host);
    const socket = connectTls({ socket: tunnel, host: '127.0.0.1', ca: [machine.pem] });
    const path = `/v2/acme/app/manifests/${reference}`;
    return (await exchange(socket, { path, headers: { host } })).status;
  };
  return { get, stop: () => agent.stop() };
}

it('lets a digest pass that an allowed tag led to before the restart, and none when its file is gone', async () => {
  const world = await setUp();
  const first = await start(world);
  expect([await first.get(DIGEST), await first.get('1'), await first.get(DIGEST)]).toEqual([403, 200, 200]);
  await first.stop();
  const second = await start(world);
  expect([await second.get(DIGEST), await second.get('2')]).toEqual([200, 403]);
  await second.stop();
  rmSync(world.paths.tagsFile);
  const third = await start(world);
  expect(await third.get(DIGEST)).toBe(403);
  await third.stop();
}, 60_000);
