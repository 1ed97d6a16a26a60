import { CATALOG } from '@pullgate/catalog';
import { parseRegistryHost } from '@pullgate/reference';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CliError } from '../cli-error.ts';
import { compareWithCatalog } from './compare.ts';
import { type Discovery, discoverRegistry } from './discover-registry.ts';
import type { HopRequest } from './fetch-hop.ts';

const API = new URL('https://registry.test/v2/');
const DIGEST = `sha256:${'a'.repeat(64)}`;

const location = fc.oneof(
  fc.constantFrom(
    'https://cdn.test/x',
    'https://registry.test/v2/',
    'http://cdn.test/',
    '/v2/x',
    'https://a:b@cdn.test/',
    '//[',
  ),
  fc.webUrl(),
  fc.domain().map((name) => `https://a_${name}./x`),
  fc.string(),
);
const body = fc.oneof(
  fc.constantFrom(
    '{}',
    '{"token":"secret"}',
    `{"layers":[{"digest":"${DIGEST}"}]}`,
    `{"manifests":[{"digest":"${DIGEST}"}]}`,
  ),
  fc.json(),
  fc.string(),
);
const field = fc.oneof(
  location.map((value) => ({ name: 'Location', value })),
  fc.constantFrom(
    { name: 'Docker-Distribution-Api-Version', value: 'registry/2.0' },
    { name: 'WWW-Authenticate', value: 'Bearer realm="https://auth.test/token",service="s"' },
    { name: 'WWW-Authenticate', value: 'Bearer realm="' },
  ),
  fc
    .oneof(fc.webUrl(), fc.constantFrom('https://xn--a/', 'https://a_b.test/t', 'https://[::1]:1/'))
    .map((realm) => ({ name: 'WWW-Authenticate', value: `Bearer realm="${realm}",service="s"` })),
);
const answer = fc.record({
  status: fc.constantFrom(200, 206, 301, 307, 401, 403, 404, 500),
  fields: fc.array(field, { maxLength: 3 }),
  body: fc.option(
    body.map((text) => new TextEncoder().encode(text)),
    { nil: undefined },
  ),
});

describe('discoverRegistry', () => {
  it('ends, asks the web alone, and gives the token to the registry alone, whatever is answered', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(answer, { minLength: 1, maxLength: 12 }), async (answers) => {
        const asked: HopRequest[] = [];
        const fetchHop = async (request: HopRequest) => {
          const { body: bytes, ...head } = answers[asked.length % answers.length] ?? {
            status: 500,
            fields: [],
          };
          asked.push(request);
          return { url: request.url, ...head, ...(bytes !== undefined && { body: bytes }) };
        };
        const target = { api: API, repository: 'team/app', tag: '1' };
        const outcome = await discoverRegistry(target, fetchHop).catch((error: unknown) => error);
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(CliError);
        else compareWithCatalog(parseRegistryHost(API.host), outcome as Discovery, CATALOG);
        // Five questions, each with at most ten redirects.
        expect(asked.length).toBeLessThanOrEqual(5 * 11);
        for (const { url, headers } of asked) {
          expect(['https:', 'http:']).toContain(url.protocol);
          if (headers?.authorization !== undefined) expect(url.origin).toBe(API.origin);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('goes on to the blob through an index', async () => {
    const paths: string[] = [];
    const found = await discoverRegistry({ api: API, repository: 'team/app' }, async ({ url }) => {
      paths.push(url.pathname);
      const lists = url.pathname.endsWith(DIGEST)
        ? { layers: [{ digest: DIGEST }] }
        : { manifests: [{ digest: DIGEST }] };
      const fields = [{ name: 'docker-distribution-api-version', value: 'registry/2.0' }];
      return { url, status: 200, fields, body: new TextEncoder().encode(JSON.stringify(lists)) };
    });
    expect(found).toMatchObject({ hasBlob: true, notes: [], blobHosts: [] });
    const repository = '/v2/team/app';
    expect(paths).toEqual([
      '/v2/',
      `${repository}/manifests/latest`,
      `${repository}/manifests/${DIGEST}`,
      `${repository}/blobs/${DIGEST}`,
    ]);
  });
});
