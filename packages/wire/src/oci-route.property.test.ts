/** Reads requests a second time, slowly and by the specification's own expressions, and compares: two readings of a request are two policies. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeOciRoute, isOciPath } from './oci-route.ts';

/** OCI distribution spec 1.1, "Pulling manifests", as it stands there. */
const NAME = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*';
const TAG = '[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}';
const DIGEST = 'sha256:[a-f0-9]{64}|sha384:[a-f0-9]{96}|sha512:[a-f0-9]{128}';
/** What a server might tidy or decode before it routes. */
const ODD = /%|\\|;|\/\/|\/\.(?:\/|$)|\/\.\.(?:\/|$)/;

interface Reading {
  readonly kind: string;
  readonly repository?: string | undefined;
  readonly tags?: readonly string[];
  readonly digest?: string | undefined;
  readonly actions?: readonly string[];
  readonly mountFrom?: string | undefined;
}
type Reader = (parts: readonly string[], method: string, query: readonly Pair[]) => Reading | undefined;
type Pair = readonly [key: string, value: string];

const of = (pairs: readonly Pair[], key: string): readonly string[] =>
  pairs.filter(([name]) => name === key).map(([, value]) => value);
const isName = (text: string): boolean => text.length <= 255 && new RegExp(`^(?:${NAME})$`).test(text);
const isTag = (text: string): boolean => new RegExp(`^(?:${TAG})$`).test(text);
const isDigest = (text: string): boolean => new RegExp(`^(?:${DIGEST})$`).test(text);

const PULLS: Readonly<Record<string, readonly string[]>> = { GET: ['pull'], HEAD: ['pull', 'push'] };
const CONTENT: typeof PULLS = { ...PULLS, PUT: ['push'], DELETE: ['delete'] };

/** In the order in which distribution's router has them, each as one expression over the whole path. */
const TABLE: readonly (readonly [string, Reader])[] = [
  ['/v2/?', (_, method) => (method in PULLS ? { kind: 'ping', actions: [] } : undefined)],
  [
    '/v2/(?:token|auth)',
    (_, method) => (method in PULLS || method === 'POST' ? { kind: 'ping', actions: [] } : undefined),
  ],
  ['/v2/_catalog', (_, method) => (method in PULLS ? { kind: 'catalog', actions: ['catalog'] } : undefined)],
  [
    `/v2/(${NAME})/manifests/(${TAG}|${DIGEST})`,
    ([repository = '', reference = ''], method, query) => {
      const actions = CONTENT[method];
      const more = method === 'PUT' ? of(query, 'tag') : [];
      if (actions === undefined || !more.every(isTag)) return undefined;
      const own = isDigest(reference) ? { tags: more, digest: reference } : { tags: [reference, ...more] };
      return { kind: 'manifest', repository, actions, ...own };
    },
  ],
  [
    `/v2/(${NAME})/tags/list`,
    ([repository], method) => PULLS[method] && { kind: 'tags', repository, actions: PULLS[method] },
  ],
  [
    `/v2/(${NAME})/referrers/(${DIGEST})`,
    ([repository, digest], method) =>
      PULLS[method] && { kind: 'referrers', repository, digest, actions: PULLS[method] },
  ],
  [
    `/v2/(${NAME})/blobs/uploads/`,
    ([repository], method, query) => {
      if (method !== 'POST') return undefined;
      const [mounts, from] = [of(query, 'mount'), of(query, 'from')];
      const push = { repository, actions: ['push'] };
      if (mounts.length === 0 && from.length === 0) return endOfUpload(repository, query);
      if (of(query, 'digest').length > 0) return undefined;
      if (mounts.length !== 1 || !mounts.every(isDigest) || from.length > 1 || !from.every(isName))
        return undefined;
      const mountFrom = from.length === 0 ? {} : { mountFrom: from[0] };
      return { kind: 'mount', ...push, digest: mounts[0], ...mountFrom };
    },
  ],
  [
    `/v2/(${NAME})/blobs/uploads/([^/]+)`,
    ([repository], method, query) => {
      if (method === 'PUT') return endOfUpload(repository, query);
      return /^(?:GET|HEAD|PATCH|DELETE)$/.test(method)
        ? { kind: 'upload', repository, actions: ['push'] }
        : undefined;
    },
  ],
  [
    `/v2/(${NAME})/blobs/(${DIGEST})`,
    ([repository, digest], method) =>
      method !== 'PUT' && CONTENT[method]
        ? { kind: 'blob', repository, digest, actions: CONTENT[method] }
        : undefined,
  ],
];

function endOfUpload(repository: string | undefined, query: readonly Pair[]): Reading | undefined {
  const [digest, ...more] = of(query, 'digest');
  if (more.length > 0) return undefined;
  return { kind: 'upload', repository, ...(digest && isDigest(digest) && { digest }), actions: ['push'] };
}

/** As Go's `url.ParseQuery`, which most registries use: a pair that cannot be decoded is left out. */
function readQuery(query: string): readonly Pair[] {
  return query.split('&').flatMap((pair): readonly Pair[] => {
    const [key = '', ...value] = pair.split('=');
    try {
      return pair === '' ? [] : [[decode(key), decode(value.join('='))]];
    } catch {
      return [];
    }
  });
}

const decode = (text: string): string => decodeURIComponent(text.replaceAll('+', ' '));

function readSlowly(method: string, path: string, query: string): Reading {
  if (ODD.test(path) || path.length > 4096) return { kind: 'unknown' };
  for (const [expression, read] of TABLE) {
    const match = new RegExp(`^${expression}$`).exec(path);
    const repository = match?.[1];
    if (match === null || (repository !== undefined && !isName(repository))) continue;
    return read(match.slice(1), method, readQuery(query)) ?? { kind: 'unknown' };
  }
  return { kind: 'unknown' };
}

const DIGESTS = [`sha256:${'a'.repeat(64)}`, `sha512:${'0'.repeat(128)}`, `sha384:${'9'.repeat(96)}`];
const BAD_DIGESTS = [
  `sha256:${'A'.repeat(64)}`,
  `sha256:${'a'.repeat(63)}`,
  'md5:00',
  ':',
  `SHA256:${'a'.repeat(64)}`,
];

const segment = fc.oneof(
  fc.constantFrom(
    'a',
    'library',
    'v2',
    'manifests',
    'blobs',
    'uploads',
    'tags',
    'list',
    'referrers',
    '_catalog',
  ),
  fc.constantFrom(
    'a.b',
    'a__b',
    'a---b',
    'a..b',
    'a_-b',
    '-a',
    'a.',
    'A',
    '.',
    '..',
    '',
    '%61',
    'a;b',
    'a\\b',
    '..x',
  ),
  fc.constantFrom(
    ...DIGESTS,
    ...BAD_DIGESTS,
    '1.2',
    '_x',
    '-x',
    'x'.repeat(129),
    'x'.repeat(128),
    'latest',
    'token',
  ),
  fc.stringMatching(/^[a-zA-Z0-9._:~=+@-]{1,6}$/),
);
const ending = fc.constantFrom(
  ...[
    'manifests/latest',
    'tags/list',
    'blobs/uploads/',
    'blobs/uploads/x=1',
    'blobs/uploads',
    'tags/list/',
    'manifests/',
  ],
  ...[...DIGESTS, ...BAD_DIGESTS].flatMap((digest) =>
    ['manifests', 'blobs', 'referrers'].map((kind) => `${kind}/${digest}`),
  ),
);
const path = fc.oneof(
  fc
    .tuple(fc.array(segment, { maxLength: 4 }), ending)
    .map(([name, end]) => `/v2/${[...name, end].join('/')}`),
  fc.array(segment, { maxLength: 6 }).map((segments) => `/v2/${segments.join('/')}`),
  fc.array(segment, { maxLength: 4 }).map((segments) => `/${segments.join('/')}`),
  fc.tuple(fc.integer({ min: 120, max: 260 }), ending).map(([size, end]) => `/v2/${'a'.repeat(size)}/${end}`),
);
const method = fc.constantFrom('GET', 'HEAD', 'PUT', 'POST', 'PATCH', 'DELETE', 'OPTIONS', 'get', '');
const value = fc.oneof(
  fc.constantFrom('a/b', 'acme%2fapp', 'A', '', 'a//b', '1', '1.2', '-1', '%31', '%zz', '+', 'a+b', '%c3%28'),
  fc.constantFrom(...DIGESTS, ...BAD_DIGESTS, DIGESTS[0]?.replace(':', '%3A') ?? ''),
);
const key = fc.constantFrom(
  'mount',
  'from',
  'tag',
  'digest',
  'n',
  'm%6funt',
  '%66rom',
  'ta%67',
  'ns',
  '%zz',
  '',
);
const query = fc
  .array(
    fc.oneof(
      fc.tuple(key, value).map((pair) => pair.join('=')),
      key,
    ),
    { maxLength: 3 },
  )
  .map((pairs) => pairs.join('&'));

const plain = ({ kind, repository, tags, digest, actions, mountFrom }: Reading): unknown => ({
  kind,
  repository,
  tags: tags ?? [],
  digest,
  actions: actions ?? [],
  mountFrom,
});

/** Both know the same, unless a pair of the query cannot be decoded: then the first reading is the stricter. */
function compare(m: string, p: string, q: string): void {
  const first = decodeOciRoute(m, p, q);
  const second = readSlowly(m, p, q);
  if (first.kind === 'unknown' && /%(?:zz|c3)/.test(q)) return;
  expect(plain(first)).toEqual(plain(second));
}

describe('a request, read a second time', () => {
  it('is the same request', () => {
    fc.assert(fc.property(method, path, query, compare), { numRuns: 20_000 });
  });

  it('is the same request where it is one of the specification', () => {
    const name = fc.array(fc.stringMatching(/^[a-z0-9]{1,3}(?:(?:\.|_|__|-{1,3})[a-z0-9]{1,2}){0,2}$/), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(method, name, ending, query, (m, segments, end, q) =>
        compare(m, `/v2/${segments.join('/')}/${end}`, q),
      ),
      { numRuns: 10_000 },
    );
  });

  it('with a parameter in another case, or as a list, is none: servers differ in whether that is the parameter', () => {
    const base = `/v2/a/blobs/uploads/`;
    const mount = `mount=${DIGESTS[0]}`;
    for (const from of ['FROM=b', 'From=b', 'fROM=b', 'from[]=b', 'from%5b%5d=b', 'from[0]=b', '%46rom=b'])
      expect(decodeOciRoute('POST', base, `${mount}&${from}`).kind).toBe('unknown');
    expect(decodeOciRoute('POST', base, `MOUNT=${DIGESTS[0]}&from=b`).kind).toBe('unknown');
    for (const tag of ['Tag=x', 'tag[]=x', 'TAG=x'])
      expect(decodeOciRoute('PUT', '/v2/a/manifests/1', tag).kind).toBe('unknown');
    expect(decodeOciRoute('PUT', '/v2/a/manifests/1', 'stage=x&Taggy=y&tag=2').tags).toEqual(['1', '2']);
  });
});

/** Decodes once, or as often as there is something to decode, tidies, and looks whether `v2` comes first. */
function leadsToRegistry(text: string): boolean {
  for (let depth = 0, seen = text; ; depth += 1) {
    const segments = seen.toLowerCase().split(/[/\\]/);
    const kept: string[] = [];
    for (const part of segments) {
      if (part === '..') kept.splice(-1);
      else if (!['', '.'].includes(part)) kept.push(part);
    }
    if (kept[0] === 'v2' || kept[0]?.startsWith('v2;') === true) return true;
    const next = seen.replace(/%([0-9a-f]{2})/gi, (_, code: string) =>
      String.fromCharCode(Number.parseInt(code, 16)),
    );
    if (next === seen || depth === 3) return false;
    seen = next;
  }
}

describe('a path that leads to a registry', () => {
  it('is known as one at whatever depth a server decodes it', () => {
    const piece = fc.constantFrom(
      '/',
      '\\',
      '.',
      '..',
      'v',
      '2',
      'V',
      '%2f',
      '%76',
      '%32',
      '%2e',
      '%25',
      '%252f',
      ';',
      'x',
      '%5c',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 9 }), (pieces) => {
        const text = `/${pieces.join('')}`;
        if (leadsToRegistry(text)) expect(isOciPath(text)).toBe(true);
      }),
      { numRuns: 30_000 },
    );
  });
});
