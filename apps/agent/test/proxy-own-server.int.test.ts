import { createServer as createHttpServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createDecider } from '../src/decider/decider.ts';
import { ask, openTunnel, readSome, startLab, startPeer } from './proxy-harness.ts';
import { snapshotOf } from './snapshot-of.ts';

/** Sign-in is required, and nobody is signed in: nothing goes through. */
function createLockedDecider(addresses: string[] = ['127.0.0.1']) {
  const snapshot = snapshotOf({ addresses });
  return createDecider({
    snapshot: () => snapshot,
    offlineMs: () => 0,
    clock: { now: () => 1, monotonicMs: () => 1 },
    organization: 'acme',
    required: () => ({ mechanism: 'registry.json', allowedOrgs: ['acme'] }),
  });
}

const connectTo = (target: string) => `CONNECT ${target} HTTP/1.1\r\nHost: a\r\n\r\n`;
const get = (url: string) => `GET ${url} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`;

describe("the machine's own control plane", () => {
  it('is reached through a tunnel before anybody signed in, unrecorded; nothing else is', async () => {
    await using peer = await startPeer((socket) => void socket.end('control plane'));
    const controlPlane = `pullgate.test:${peer.port}`;
    await using lab = await startLab({ decider: createLockedDecider(), config: { controlPlane } });
    const socket = await openTunnel(lab.port, controlPlane);
    expect(await readSome(socket)).toBe('control plane');
    socket.destroy();
    expect(lab.records).toEqual([]);
    const others = [`pullgate.test:${peer.port + 1}`, `x.pullgate.test:${peer.port}`, `ghcr.io:${peer.port}`];
    for (const other of others)
      expect(await ask(lab.port, connectTo(other))).toMatch(/^HTTP\/1\.1 403 .*sign-in/);
    expect(lab.records.map(({ decision }) => decision.reason)).toEqual(others.map(() => 'SIGN_IN_REQUIRED'));
  });

  it('goes on when what is open is judged again', async () => {
    await using peer = await startPeer((socket) => void socket.on('data', (bytes) => socket.write(bytes)));
    const controlPlane = `pullgate.test:${peer.port}`;
    await using lab = await startLab({ decider: createLockedDecider(), config: { controlPlane } });
    const socket = await openTunnel(lab.port, controlPlane);
    lab.change();
    socket.write('still here');
    expect(await readSome(socket)).toBe('still here');
    socket.destroy();
  });

  it('is reached over plain HTTP, but no registry at the same origin is', async () => {
    const server = createHttpServer((request, response) => response.end(`served ${request.url}`));
    await using peer = await startPeer(() => undefined, server);
    const controlPlane = `pullgate.test:${peer.port}`;
    await using lab = await startLab({ decider: createLockedDecider(), config: { controlPlane } });
    expect(await ask(lab.port, get(`http://${controlPlane}/device`))).toContain('served /device');
    for (const path of ['/v2/', '/v2/team/app/manifests/1', '/%762/', '/x/../v2/'])
      expect(await ask(lab.port, get(`http://${controlPlane}${path}`))).toMatch(/^HTTP\/1\.1 4/);
  });

  it('opens no address that is refused otherwise', async () => {
    await using peer = await startPeer((socket) => void socket.end('loopback'));
    const controlPlane = `pullgate.test:${peer.port}`;
    await using lab = await startLab({ decider: createLockedDecider([]), config: { controlPlane } });
    expect(await ask(lab.port, connectTo(controlPlane))).toMatch(/^HTTP\/1\.1 403 /);
    expect(lab.records).toMatchObject([{ decision: { reason: 'ADDRESS_REFUSED' } }]);
  });
});
