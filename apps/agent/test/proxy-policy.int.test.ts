import type { PolicyDocument } from '@pullgate/policy';
import { createFakeClock } from '@pullgate/testkit';
import { describe, expect, it } from 'vitest';
import { createDecider } from '../src/decider/decider.ts';
import { ask, openTunnel, readSome, startLab, startPeer } from './proxy-harness.ts';
import { snapshotOf } from './snapshot-of.ts';

/** The agent's own decider over a policy with these changes. */
function deciderOver(changes: Partial<PolicyDocument>) {
  const snapshot = snapshotOf(changes);
  const clock = createFakeClock();
  return createDecider({ snapshot: () => snapshot, offlineMs: () => 0, clock, organization: 'acme' });
}

const connectTo = (target: string) => `CONNECT ${target} HTTP/1.1\r\nHost: a\r\n\r\n`;

describe('the proxy over a real policy', () => {
  it('lets a listed registry through and says why another is refused', async () => {
    await using peer = await startPeer((socket) => void socket.end('through'));
    const registry = `reg.test:${peer.port}`;
    const decider = deciderOver({
      registries: [
        { id: 'own', registry, allow: ['pull', 'push'] },
        { id: 'deep', registry: 'deep.test', allow: ['pull'] },
      ],
      addresses: ['127.0.0.1'],
    });
    await using lab = await startLab({ decider });
    const socket = await openTunnel(lab.port, registry);
    expect(await readSome(socket)).toBe('through');
    socket.destroy();
    for (const target of ['ghcr.io:443', 'deep.test:443']) {
      expect(await ask(lab.port, connectTo(target))).toMatch(/^HTTP\/1\.1 403 [A-Za-z]+ does not allow /);
    }
    expect(lab.records.map(({ decision }) => decision.reason)).toEqual([
      'RULE_ALLOWED',
      'NOT_LISTED',
      'DEPTH_UNAVAILABLE',
    ]);
  });

  it('refuses loopback for an allowed registry until the policy names the address', async () => {
    const decider = deciderOver({
      registries: [{ id: 'own', registry: 'reg.test', allow: ['pull', 'push', 'delete', 'catalog'] }],
      addresses: [],
    });
    await using lab = await startLab({ decider });
    expect(await ask(lab.port, connectTo('reg.test:443'))).toMatch(/^HTTP\/1\.1 403 /);
    expect(lab.records.map(({ decision }) => decision.reason)).toEqual(['ADDRESS_REFUSED']);
  });

  it('judges plain HTTP to its depth, for registries that are insecure only', async () => {
    const decider = deciderOver({
      registries: [
        { id: 'plain', registry: 'reg.test:5000', allow: ['pull'], repositories: ['a/*'], insecure: true },
        { id: 'tls', registry: 'tls.test:5000', allow: ['pull'] },
      ],
    });
    await using lab = await startLab({ decider });
    const cases = [
      ['GET', 'reg.test:5000', '/v2/b/c/manifests/1', 'REPOSITORY_NOT_ALLOWED'],
      ['POST', 'reg.test:5000', '/v2/a/c/blobs/uploads/', 'ACTION_NOT_ALLOWED'],
      ['GET', 'tls.test:5000', '/v2/a/c/manifests/1', 'INSECURE_NOT_ALLOWED'],
      ['GET', 'reg.test:5000', '/%762/b/c/manifests/1', 'REQUEST_INVALID'],
    ] as const;
    for (const [method, host, path] of cases) {
      const answer = await ask(lab.port, `${method} http://${host}${path} HTTP/1.1\r\nHost: a\r\n\r\n`);
      expect(answer).toMatch(/^HTTP\/1\.1 40[03] /);
    }
    expect(lab.records.map(({ decision }) => decision.reason)).toEqual(cases.map(([, , , reason]) => reason));
  });

  it('passes the ping and token requests where a deeper one could be allowed, and nothing else unseen', async () => {
    await using peer = await startPeer(
      (socket) => void socket.end('HTTP/1.1 401 Who\r\nContent-Length: 0\r\n\r\n'),
    );
    const registry = `reg.test:${peer.port}`;
    const registries = [
      { id: 'own', registry, allow: ['pull'] as const, repositories: ['a/*'], insecure: true },
    ];
    await using lab = await startLab({ decider: deciderOver({ registries }) });
    const get = (path: string) =>
      ask(lab.port, `GET http://${registry}${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    for (const path of ['/v2/', '/service/token?scope=x', '/v2/a/b/manifests/1']) {
      expect(await get(path)).toMatch(/^HTTP\/1\.1 401 Who\r\n/);
    }
    for (const path of ['/v1/images/b', '/v2/b/c/tags/list'])
      expect(await get(path)).toMatch(/^HTTP\/1\.1 403 /);
  });
});
