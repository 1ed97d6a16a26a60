import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import vectors from '../../../packages/wire/src/vectors/proxy-request.json' with { type: 'json' };
import { createEventThreads } from '../src/linux/event-thread.ts';
import { createSpliceRelay } from '../src/linux/splice-relay.ts';
import { loadSyscalls } from '../src/linux/syscalls.ts';
import { createSocketRelay } from '../src/points/proxy/relay.ts';
import { ask, dial, hash, openTunnel, readAll, readSome, startLab, startPeer } from './proxy-harness.ts';
import { PATIENT, RELAYS } from './proxy-relays.ts';

const echo = (socket: import('node:net').Socket) => void socket.pipe(socket);

describe.skipIf(loadSyscalls() === undefined)('the splice thread', () => {
  it('can be stopped at any moment of its start', async () => {
    for (const delayMs of [0, 5, 20, 40, 60, 80, 100, 150, 200]) {
      const options = { idleTimeoutMs: 1_000 };
      const relay = createSpliceRelay(createSocketRelay(options), options, createEventThreads());
      await sleep(delayMs);
      await relay.stop();
    }
  });
});

describe('CONNECT', () => {
  it('refuses with the sentence in the reason phrase and in the body, and records it', async () => {
    await using lab = await startLab({ table: () => 'NOT_LISTED' });
    const answer = await ask(
      lab.port,
      'CONNECT ghcr.io:443 HTTP/1.1\r\nHost: ghcr.io\r\nUser-Agent: docker/20\r\n\r\n',
    );
    expect(answer).toMatch(
      /^HTTP\/1\.1 403 acme does not allow ghcr\.io \(NOT_LISTED, r7\)\. Ask in #platform\r\n/,
    );
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '').errors[0]).toMatchObject({
      code: 'DENIED',
      detail: { reason: 'NOT_LISTED', revision: 7 },
    });
    expect(lab.records).toMatchObject([
      {
        point: 'proxy',
        depth: 'host',
        registry: 'ghcr.io',
        userAgent: 'docker/20',
        decision: { verdict: 'deny' },
      },
    ]);
    const text = await lab.metrics.metrics();
    expect(text).toContain('pullgate_proxy_connections_total{verdict="deny"} 1');
    expect(text).toContain('pullgate_proxy_refused_total{reason="NOT_LISTED"} 1');
  });

  it('answers what is no host with REFERENCE_INVALID or REQUEST_INVALID, never with the text itself', async () => {
    await using lab = await startLab();
    for (const [, head = ''] of vectors.bad) {
      const answer = await ask(lab.port, head);
      const [status = '', ...rest] = (answer.split('\r\n\r\n')[0] ?? '').split('\r\n');
      expect(status).toMatch(/^HTTP\/1\.1 400 malformed proxy request: [\x20-\x7e]+$/);
      expect(rest).toHaveLength(3);
    }
    expect(lab.records.every(({ decision }) => decision.reason === 'REQUEST_INVALID')).toBe(true);
    expect(lab.records).toHaveLength(vectors.bad.length);
  });

  it('observes: forwards and records the denial; off: forwards and records nothing', async () => {
    await using peer = await startPeer(echo);
    for (const mode of ['observe', 'off'] as const) {
      await using lab = await startLab({ mode, table: () => 'BLOCKED' });
      const socket = await openTunnel(lab.port, `reg.test:${peer.port}`, 'ping');
      expect(await readSome(socket)).toBe('ping');
      socket.destroy();
      expect(lab.records.map(({ decision }) => decision.reason)).toEqual(mode === 'off' ? [] : ['BLOCKED']);
    }
  });

  it('takes a client that resets after its refusal for no failure of its own', async () => {
    await using lab = await startLab({ table: () => 'NOT_LISTED' });
    const client = connect(lab.port, '127.0.0.1');
    client.write('CONNECT ghcr.io:443 HTTP/1.1\r\nHost: ghcr.io:443\r\n\r\n');
    await once(client, 'data');
    client.resetAndDestroy();
    await vi.waitFor(async () =>
      expect(await lab.metrics.metrics()).toContain('pullgate_proxy_open_connections 0'),
    );
    expect(lab.logged.filter((line) => (JSON.parse(line) as { level: number }).level >= 50)).toEqual([]);
  });

  it('refuses loopback and metadata addresses in every mode, by literal and by name, and records it', async () => {
    const resolve = async () => [
      { address: '192.0.2.1', family: 4 },
      { address: '169.254.169.254', family: 4 },
    ];
    await using lab = await startLab({ mode: 'observe', addresses: [], effects: { resolve } });
    for (const target of [
      '127.0.0.1:80',
      '[::1]:443',
      '[::ffff:169.254.169.254]:80',
      '[64:ff9b::7f00:1]:443',
      'rebind.test:443',
      '0.0.0.0:1',
    ]) {
      expect(await ask(lab.port, `CONNECT ${target} HTTP/1.1\r\nHost: a\r\n\r\n`)).toMatch(
        /^HTTP\/1\.1 403 .*ADDRESS_REFUSED/,
      );
    }
    expect(lab.records).toHaveLength(6);
  });

  it('dials the address that it checked, though the name changes meanwhile', async () => {
    await using peer = await startPeer(echo);
    let calls = 0;
    const resolve = async () => {
      calls += 1;
      return [{ address: calls === 1 ? '127.0.0.1' : '169.254.169.254', family: 4 }];
    };
    await using lab = await startLab({ effects: { resolve } });
    const socket = await openTunnel(lab.port, `flip.test:${peer.port}`);
    socket.destroy();
    expect(calls).toBe(1);
  });

  it('falls back to the other family', async () => {
    await using peer = await startPeer(echo);
    const resolve = async () => [
      { address: '::1', family: 6 },
      { address: '127.0.0.1', family: 4 },
    ];
    await using lab = await startLab({ effects: { resolve } });
    const socket = await openTunnel(lab.port, `both.test:${peer.port}`, 'hi');
    expect(await readSome(socket)).toBe('hi');
    socket.destroy();
  });

  it('names the host when it cannot be resolved or reached', async () => {
    await using lab = await startLab();
    expect(await ask(lab.port, 'CONNECT nowhere.example:443 HTTP/1.1\r\nHost: a\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 502 .*"nowhere\.example"/,
    );
    expect(await ask(lab.port, 'CONNECT reg.test:1 HTTP/1.1\r\nHost: a\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 502 reg\.test:1 .*ECONNREFUSED/,
    );
  });

  it('gives up on a target that does not answer', async () => {
    // The backlog of a listener that accepts nothing is not portable; a resolver that never answers is.
    const resolve = () => new Promise<never>(() => undefined);
    await using lab = await startLab({ config: { connectTimeoutMs: 100 }, effects: { resolve } });
    expect(await ask(lab.port, 'CONNECT slow.test:443 HTTP/1.1\r\nHost: a\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 502 /,
    );
  });

  it('bounds slow heads and idle connections', async () => {
    await using lab = await startLab({ config: { headTimeoutMs: 100 } });
    expect(await ask(lab.port, 'CONNECT ghcr.io')).toMatch(/^HTTP\/1\.1 408 /);
    expect(await ask(lab.port, '')).toBe('');
    expect(await ask(lab.port, `GET http://a/ HTTP/1.1\r\n${'X: y\r\n'.repeat(4000)}`)).toMatch(
      /^HTTP\/1\.1 431 /,
    );
  });

  it('turns away connections beyond the limits and recovers', async () => {
    await using lab = await startLab({ config: { maxConnectionsPerAddress: 2 }, table: () => 'BLOCKED' });
    const held = [await dial(lab.port), await dial(lab.port)];
    expect(await ask(lab.port, 'x')).toMatch(/^HTTP\/1\.1 503 /);
    for (const socket of held) socket.destroy();
    await expect
      .poll(() => ask(lab.port, 'CONNECT a.test:1 HTTP/1.1\r\nHost: a\r\n\r\n'), PATIENT)
      .toMatch(/^HTTP\/1\.1 403 /);
  });

  it('tells when its port is taken, and stops what runs', async () => {
    await using peer = await startPeer(echo);
    const lab = await startLab();
    await expect(startLab({ config: { listen: `127.0.0.1:${lab.port}` } })).rejects.toMatchObject({
      code: 'PORT_TAKEN',
    });
    const socket = await openTunnel(lab.port, `reg.test:${peer.port}`);
    const closed = once(socket, 'close');
    socket.resume();
    await lab.point.stop();
    socket.end();
    await closed;
    expect(lab.point.status().state).toBe('off');
  });
});

describe.each(RELAYS)('relay by %s', (_name, createRelay) => {
  const start = async () => await startLab({ effects: { relay: await createRelay(60_000) } });

  it('carries 32 MiB each way byte for byte, with early bytes first', async () => {
    await using peer = await startPeer(echo);
    await using lab = await start();
    const bytes = randomBytes(32 * 1024 * 1024);
    const socket = await openTunnel(lab.port, `reg.test:${peer.port}`, bytes.subarray(0, 5000));
    const received = readAll(socket);
    socket.end(bytes.subarray(5000));
    expect(hash(await received)).toBe(hash(bytes));
    socket.destroy();
    await expect.poll(() => lab.metrics.metrics(), PATIENT).toContain('pullgate_proxy_open_tunnels 0');
    const text = await lab.metrics.metrics();
    expect(text).toContain(`bytes_total{direction="sent"} ${bytes.length}`);
    expect(text).toContain(`bytes_total{direction="received"} ${bytes.length}`);
  });

  it('passes half-close on in both directions', async () => {
    await using peer = await startPeer((socket) => {
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk;
      });
      socket.on('end', () => socket.end(`got ${text}`));
    });
    await using lab = await start();
    const socket = await openTunnel(lab.port, `reg.test:${peer.port}`, 'a');
    socket.end('b');
    expect(String(await readAll(socket))).toBe('got ab');
    await using talker = await startPeer((other) => {
      other.end('bye');
      other.on('data', (chunk) => talk.push(String(chunk)));
    });
    const talk: string[] = [];
    const second = await openTunnel(lab.port, `reg.test:${talker.port}`);
    expect(String(await readAll(second))).toBe('bye');
    second.write('still here');
    await expect.poll(() => talk.join(''), PATIENT).toBe('still here');
    second.destroy();
  });

  it('holds back a fast sender when the receiver does not read', async () => {
    let written = 0;
    await using peer = await startPeer((socket) => {
      const chunk = Buffer.alloc(1024 * 1024);
      const more = (): void => {
        while (!socket.destroyed && socket.write(chunk)) written += 1;
        written += 1;
        socket.once('drain', more);
      };
      more();
    });
    await using lab = await start();
    const socket = await openTunnel(lab.port, `reg.test:${peer.port}`);
    let before = -1;
    await expect
      .poll(
        () => {
          const still = before === written;
          before = written;
          return still;
        },
        { ...PATIENT, interval: 200 },
      )
      .toBe(true);
    expect(written).toBeLessThan(64);
    socket.destroy();
  });

  it('passes a reset on', async () => {
    await using peer = await startPeer((socket) => {
      socket.write('some');
      socket.once('data', () => socket.resetAndDestroy());
    });
    await using lab = await start();
    const socket = await openTunnel(lab.port, `reg.test:${peer.port}`);
    const closed = once(socket, 'close');
    socket.resume();
    socket.write('now');
    await expect(closed).rejects.toMatchObject({ code: 'ECONNRESET' });
    await expect.poll(() => lab.metrics.metrics(), PATIENT).toContain('pullgate_proxy_open_tunnels 0');
  });

  it('serves 200 tunnels at once', async () => {
    await using peer = await startPeer(echo);
    await using lab = await start();
    const answers = await Promise.all(
      Array.from({ length: 200 }, async (_, index) => {
        const bytes = Buffer.alloc(50_000, index);
        const socket = await openTunnel(lab.port, `reg.test:${peer.port}`);
        const received = readAll(socket);
        socket.end(bytes);
        const same = bytes.equals(await received);
        socket.destroy();
        return same;
      }),
    );
    expect(answers.every(Boolean)).toBe(true);
  });

  it('ends idle tunnels', async () => {
    await using peer = await startPeer(echo);
    await using lab = await startLab({ effects: { relay: await createRelay(100) } });
    const socket = await openTunnel(lab.port, `reg.test:${peer.port}`);
    const closed = once(socket, 'close');
    socket.resume();
    await expect(closed).rejects.toMatchObject({ code: 'ECONNRESET' });
  });
});
