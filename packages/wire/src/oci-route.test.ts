import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeOciRoute, isOciPath } from './oci-route.ts';
import vectors from './vectors/oci-route.json' with { type: 'json' };

describe('decodeOciRoute', () => {
  it.each(vectors as [string, string, string, object][])('%s %s?%s', (method, path, query, route) => {
    expect(decodeOciRoute(method, path, query)).toEqual(route);
  });

  it('never throws, and names a repository only with an action', () => {
    const segment = fc.constantFrom(
      'a',
      'v2',
      'manifests',
      'blobs',
      'uploads',
      'tags',
      'list',
      '',
      '..',
      '%2e',
      'A',
      'sha256:00',
    );
    const path = fc.oneof(
      fc.array(segment).map((parts) => `/v2/${parts.join('/')}`),
      fc.string({ unit: 'binary' }),
    );
    const method = fc.constantFrom('GET', 'HEAD', 'PUT', 'POST', 'PATCH', 'DELETE', 'get', '');
    fc.assert(
      fc.property(method, path, fc.string(), (m, p, q) => {
        const route = decodeOciRoute(m, p, q);
        expect(route.actions.length > 0).toBe(route.kind !== 'ping' && route.kind !== 'unknown');
        if (route.repository !== undefined) expect(p).toContain(route.repository);
      }),
    );
  });
});

describe('isOciPath', () => {
  it.each([
    '/v2',
    '/v2/',
    '/v2/a/b',
    '/V2/a',
    '//v2/',
    '/./v2/',
    '/x/../v2/',
    '/%762/',
    '/v%32/a',
    '/%2576%32/a',
    '/x/%2e%2e/v2/a',
    '/\\v2/',
    '/v2;x/a',
    '/%25252576',
  ])('sees a registry path in %s', (path) => expect(isOciPath(path)).toBe(true));
  it.each(['/', '/v1/', '/v22/', '/a/v2/', '/token', '/a%20b.tar', '/a//b', '/100%25'])(
    'sees none in %s',
    (path) => {
      expect(isOciPath(path)).toBe(false);
    },
  );
});
