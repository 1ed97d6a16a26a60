import type { RegistryEntry } from '@pullgate/policy';
import { parseRegistryHost } from '@pullgate/reference';
import { createFakeClock } from '@pullgate/testkit';
import { decodeOciRoute } from '@pullgate/wire';
import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../../test/snapshot-of.ts';
import { createDecider } from '../decider/decider.ts';
import { decodeOrigin, judgeRoute, withOrigin } from './judge-route.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const OTHER = `sha256:${'b'.repeat(64)}`;
const registry = parseRegistryHost('reg.acme.example');

function judge(entry: Partial<RegistryEntry>, method: string, url: string, deny: readonly object[] = []) {
  const snapshot = snapshotOf({
    registries: [{ id: 'own', registry: 'reg.acme.example', allow: ['pull', 'push'], ...entry }],
    deny: deny.map((rule, index) => ({ id: `d${index}`, registry: 'reg.acme.example', ...rule })),
  });
  const decider = createDecider({
    snapshot: () => snapshot,
    offlineMs: () => 0,
    clock: createFakeClock(),
    organization: 'acme',
  });
  const [path = '', query] = url.split('?');
  const origin = decodeOrigin(query);
  if (origin === 'invalid') return origin;
  const route = decodeOciRoute(method, path, query);
  return judgeRoute({ decider, point: 'gateway' }, route, withOrigin({ registry }, origin)).decision.reason;
}

describe('a route', () => {
  const tags = { tags: ['1.*'] };
  const digests = { digests: [DIGEST] };
  it.each<[Partial<RegistryEntry>, string, string, string]>([
    [tags, 'GET', '/v2/a/manifests/1.2', 'RULE_ALLOWED'],
    [tags, 'GET', '/v2/a/manifests/2', 'TAG_NOT_ALLOWED'],
    [tags, 'GET', `/v2/a/manifests/${DIGEST}`, 'TAG_NOT_ALLOWED'],
    [tags, 'GET', `/v2/a/blobs/${DIGEST}`, 'RULE_ALLOWED'],
    [tags, 'HEAD', `/v2/a/manifests/${DIGEST}`, 'RULE_ALLOWED'],
    [tags, 'PUT', `/v2/a/manifests/${DIGEST}`, 'RULE_ALLOWED'],
    [tags, 'PUT', `/v2/a/manifests/${DIGEST}?tag=1.3&tag=2`, 'TAG_NOT_ALLOWED'],
    [{ ...tags, allow: ['pull'] }, 'HEAD', `/v2/a/manifests/${DIGEST}`, 'TAG_NOT_ALLOWED'],
    [{ ...tags, allow: ['pull'] }, 'PUT', `/v2/a/manifests/${DIGEST}`, 'ACTION_NOT_ALLOWED'],
    [digests, 'GET', `/v2/a/manifests/${DIGEST}`, 'RULE_ALLOWED'],
    [digests, 'PUT', `/v2/a/manifests/${OTHER}`, 'DIGEST_NOT_ALLOWED'],
    [digests, 'GET', `/v2/a/blobs/${OTHER}`, 'RULE_ALLOWED'],
    [
      { repositories: ['a'] },
      'POST',
      `/v2/a/blobs/uploads/?mount=${DIGEST}&from=b`,
      'REPOSITORY_NOT_ALLOWED',
    ],
    [{}, 'POST', `/v2/a/blobs/uploads/?mount=${DIGEST}&from=b`, 'RULE_ALLOWED'],
  ])('%j: %s %s is %s', (entry, method, url, reason) => {
    expect(judge(entry, method, url)).toBe(reason);
  });

  it.each([
    [`/v2/a/blobs/${DIGEST}`, [{ digests: [DIGEST] }], 'DENIED_BY_RULE'],
    [`/v2/a/blobs/${OTHER}`, [{ digests: [DIGEST] }], 'RULE_ALLOWED'],
    ['/v2/a/tags/list', [{ repositories: ['b'] }], 'RULE_ALLOWED'],
    [
      '/v2/library/x/manifests/1?ns=docker.io',
      [{ registry: 'docker.io', repositories: ['library/x'] }],
      'DENIED_BY_RULE',
    ],
    [
      '/v2/library/y/manifests/1?ns=docker.io',
      [{ registry: 'docker.io', repositories: ['library/x'] }],
      'RULE_ALLOWED',
    ],
    ['/v2/library/y/manifests/1?ns=docker.io&ns=quay.io', [], 'invalid'],
    ['/v2/library/y/manifests/1?ns=%2f', [], 'invalid'],
    ['/v2/library/y/manifests/1?NS=docker.io', [], 'invalid'],
    ['/v2/library/y/manifests/1?x=1;n%53=docker.io', [], 'invalid'],
    ['/v2/library/y/manifests/1?ns[]=docker.io', [], 'invalid'],
  ])('denials hold for single blobs and for what a mirror stands for: %s', (url, deny, reason) => {
    expect(judge({}, 'GET', url, deny)).toBe(reason);
  });
});
