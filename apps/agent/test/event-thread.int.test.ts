/** The thread that serves descriptors: what both points lose when it dies, and how they go on. */

import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createEventThreads, type EventThread } from '../src/linux/event-thread.ts';
import { startGatewayLab, startTestRegistry } from './gateway-harness.ts';
import { openTunnel, startPeer } from './proxy-harness.ts';

const BLOB = `/v2/acme/app/blobs/sha256:${'a'.repeat(64)}`;
const LATER = `/v2/acme/app/blobs/sha256:${'b'.repeat(64)}`;
const LONG = 100_000_000;

interface Mortal {
  readonly thread: EventThread;
  /** Has the thread throw. */
  kill(): void;
}

function createMortal(): Mortal | undefined {
  const [thread] = createEventThreads(1);
  if (thread === undefined) return undefined;
  const kills: (() => void)[] = [];
  const attach: EventThread['attach'] = (name, setUp, listener) => {
    const part = thread.attach(name, setUp, listener);
    kills.push(() => part.tell(undefined as never));
    return part;
  };
  return { thread: { ...thread, attach }, kill: () => kills[0]?.() };
}

const openDescriptors = (): number => readdirSync('/proc/self/fd').length;

describe.skipIf(process.platform !== 'linux')('the thread that serves descriptors', () => {
  it('takes its tunnels with it when it dies, and no descriptor; then Node.js does its work', async () => {
    const mortal = createMortal();
    if (mortal === undefined) throw new Error('expected the thread to run on this platform');
    const before = openDescriptors();
    {
      await using lab = await startGatewayLab({ threads: [mortal.thread] });
      await using registry = await startTestRegistry(lab, 'reg.test', (incoming, response) => {
        if (incoming.url === BLOB) response.setHeader('Content-Length', LONG).write('short');
        else response.end(incoming.url === LATER ? Buffer.alloc(2_000_000) : 'short');
      });
      await using echo = await startPeer((socket) => void socket.pipe(socket));
      const unseen = `files.test:${echo.port}`;
      lab.publish({
        registries: [{ id: 'own', registry: registry.host, allow: ['pull'], repositories: ['acme/**'] }],
        urls: { default: 'deny', allow: [unseen], deny: [] },
      });
      lab.trust(registry.host);
      await mortal.thread.started;

      const tunnel = await openTunnel(lab.proxyPort, unseen, 'hello');
      expect(String((await once(tunnel.resume(), 'data'))[0])).toBe('hello');
      const tunnelEnd = new Promise((resolve) => tunnel.on('error', resolve).on('close', resolve));
      const stalled = expect(lab.ask(`https://${registry.host}${BLOB}`)).rejects.toThrow();
      await expect.poll(() => registry.requests.length).toBe(1);
      mortal.kill();
      await stalled;
      expect(await tunnelEnd).toMatchObject({ code: 'ECONNRESET' });

      expect((await lab.ask(`https://${registry.host}/v2/`)).body.toString()).toBe('short');
      expect((await lab.ask(`https://${registry.host}${LATER}`)).body).toHaveLength(2_000_000);
      const again = await openTunnel(lab.proxyPort, unseen, 'again');
      expect(String((await once(again.resume(), 'data'))[0])).toBe('again');
      again.destroy();
    }
    await expect.poll(openDescriptors).toBeLessThanOrEqual(before);
  });

  it('is told nothing by what is buried, and takes nothing while it is being stopped', async () => {
    const [thread] = createEventThreads(1);
    if (thread === undefined) throw new Error('expected the thread to run on this platform');
    const heard: unknown[] = [];
    const listener = {
      hear: (message: unknown) => void heard.push(message),
      bury: () => part.tell({ kind: 'cut', id: 1, reset: true }),
    };
    const part = thread.attach('tls', { kind: 'setUp', idleTimeoutMs: 1000 }, listener);
    await thread.started;
    const stopped = part.stop();
    expect(part.isAlive()).toBe(false);
    await stopped;
    expect(heard).toEqual([]);
  });

  it('ends once the last of its parts was stopped, and serves the others until then', async () => {
    const [thread] = createEventThreads(1);
    if (thread === undefined) throw new Error('expected the thread to run on this platform');
    const silent = { hear: () => undefined, bury: () => undefined };
    const splice = thread.attach(
      'splice',
      { kind: 'setUp', totals: new SharedArrayBuffer(16), idleTimeoutMs: 1000 },
      silent,
    );
    const tls = thread.attach('tls', { kind: 'setUp', idleTimeoutMs: 1000 }, silent);
    await thread.started;
    const threads = (): number => readdirSync('/proc/self/task').length;
    const running = threads();
    await splice.stop();
    expect([splice.isAlive(), tls.isAlive()]).toEqual([false, true]);
    await tls.stop();
    expect(tls.isAlive()).toBe(false);
    await expect.poll(threads).toBeLessThan(running);
  });
});
