/** Reads what registries answer a second time: indexes by JSON alone, places by the grammar of URLs; and compares. */

import { parseDigest } from '@pullgate/reference';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listedManifests, targetOf } from './learn.ts';

const DIGESTS = ['a', 'b', 'c'].map((unit) => `sha256:${unit.repeat(64)}`);

/** All digests of `manifests`, without a bound; what is no index has none. */
function listSlowly(text: string): readonly string[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return [];
  }
  const list = typeof parsed === 'object' && parsed !== null ? Reflect.get(parsed, 'manifests') : undefined;
  return Array.isArray(list) ? list.flatMap((child: unknown) => digestIn(child)) : [];
}

function digestIn(child: unknown): readonly string[] {
  const digest = typeof child === 'object' && child !== null ? Reflect.get(child, 'digest') : undefined;
  try {
    return typeof digest === 'string' ? [parseDigest(digest)] : [];
  } catch {
    return [];
  }
}

describe('the manifests of an index, read a second time', () => {
  const digest = fc.oneof(fc.constantFrom(...DIGESTS, 'sha256:short', '', 'manifests'), fc.jsonValue());
  const child = fc.oneof(
    fc.record({ digest, mediaType: fc.string() }, { requiredKeys: [] }),
    fc.jsonValue({ maxDepth: 1 }),
  );
  const index = fc.oneof(
    fc.record({ schemaVersion: fc.constant(2), manifests: fc.array(child) }),
    fc.record({ manifests: fc.jsonValue() }),
    fc.record({ layers: fc.array(child), config: child }),
    fc.jsonValue(),
  );

  it('are the same, however the text is written', () => {
    const written = fc
      .tuple(index, fc.constantFrom(undefined, 1, '\t'))
      .map(([value, gap]) => JSON.stringify(value, null, gap) ?? '');
    fc.assert(
      fc.property(written, fc.constantFrom('', ' ', '\n', 'x', '\ufeff', '{}'), (text, end) => {
        expect(listedManifests(Buffer.from(text + end))).toEqual(listSlowly(text + end));
      }),
      { numRuns: 5000 },
    );
  });

  it('are those of the last `manifests` where there are two, as for every reader of JSON', () => {
    const text = `{"manifests":[{"digest":"${DIGESTS[0]}"}],"manifests":[{"digest":"${DIGESTS[1]}"}]}`;
    expect(listedManifests(Buffer.from(text))).toEqual([DIGESTS[1]]);
  });

  it('are none under an escaped name, which no registry writes: what is not learnt stays denied', () => {
    const text = `{"\\u006danifests":[{"digest":"${DIGESTS[0]}"}]}`;
    expect([listedManifests(Buffer.from(text)), listSlowly(text)]).toEqual([[], [DIGESTS[0]]]);
  });
});

/** RFC 3986, 5.2: only what the place is; undefined for what is over no TLS, or has user information, or no plain host. */
function placeSlowly(location: string, base: string): string | undefined {
  const [, scheme, authority] = /^(?:([a-z]+):)?(?:\/\/([^/?#]*))?/i.exec(location) ?? [];
  if (scheme !== undefined && scheme.toLowerCase() !== 'https') return undefined;
  if (scheme !== undefined && authority === undefined) return undefined;
  const place = (authority ?? base).toLowerCase();
  const [, host = '', written = ''] = /^([a-z0-9.-]+?)\.?(?::([0-9]*))?$/.exec(place) ?? [];
  const port = written === '' ? '443' : written;
  const isPort = /^[1-9][0-9]*$/.test(port) && Number(port) < 65_536;
  return host === '' || !isPort ? undefined : `${host}:${port}`;
}

describe('a Location, read a second time', () => {
  const part = fc.constantFrom(
    ...[
      'https://',
      'http://',
      'HTTPS://',
      '//',
      'ftp://',
      'cdn.test',
      'Cdn.Test',
      'cdn.test.',
      ':8443',
      ':443',
      ':0',
      ':65536',
    ],
    ...['/', '/v2/a/blobs/uploads/x', '?_state=a%2fb', '#x', 'a@', '..', '/../', 'user:pw@'],
  );

  it('leads to the same place, or nowhere', () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 5 }), (parts) => {
        const location = parts.join('');
        // The URL standard takes more than two slashes for two; this reading for a place without a host.
        fc.pre(!location.includes('///'));
        const url = URL.parse(location, 'https://reg.test:5000/v2/');
        const target = url === null ? undefined : targetOf(url);
        if (target !== undefined)
          expect([location, `${target.host}:${target.port}`]).toEqual([
            location,
            placeSlowly(location, 'reg.test:5000'),
          ]);
      }),
      { numRuns: 20_000 },
    );
  });

  it.each<[string, string | undefined]>([
    ['https://cdn.test/a', 'cdn.test:443'],
    ['//cdn.test:8443/a', 'cdn.test:8443'],
    ['/v2/a', 'reg.test:5000'],
    ['?x', 'reg.test:5000'],
    ['http://cdn.test/a', undefined],
    ['https://a@cdn.test/', undefined],
    ['https:cdn.test/a', undefined],
  ])('%s leads to %s', (location, place) => {
    const url = URL.parse(location, 'https://reg.test:5000/v2/');
    const target = url === null ? undefined : targetOf(url);
    const found = target && `${target.host}:${target.port}`;
    // Without slashes the URL standard reads a path; it stays on the registry then.
    expect([place, location === 'https:cdn.test/a' ? 'reg.test:5000' : place]).toContain(found);
  });
});
