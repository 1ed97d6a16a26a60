/** Reads `WWW-Authenticate` a second time, one character after the other (RFC 9110, 11.6.1 and 5.6), and compares. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeChallenge, decodeChallenges } from './auth-challenge.ts';

const isToken = (text: string): boolean => /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(text);
const isToken68 = (text: string): boolean => /^[-A-Za-z0-9._~+/]+=*$/.test(text);

/** Parts a value at the commas outside of quotes. Undefined where a quote never ends. */
function partAtCommas(text: string): readonly string[] | undefined {
  const parts = [''];
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (character === '"') isQuoted = !isQuoted;
    if (character === ',' && !isQuoted) parts.push('');
    else parts[parts.length - 1] += character;
    if (isQuoted && character === '\\') {
      at += 1;
      parts[parts.length - 1] += text[at] ?? '';
    }
  }
  return isQuoted ? undefined : parts;
}

const trim = (text: string): string => text.replace(/^[\t ]+|[\t ]+$/g, '');

/** `name = value`, unquoted; undefined for what is no parameter. */
function readParameter(text: string): readonly [string, string] | undefined {
  const mark = text.indexOf('=');
  if (mark < 0) return undefined;
  const [name, value] = [
    text.slice(0, mark).replace(/[\t ]+$/, ''),
    text.slice(mark + 1).replace(/^[\t ]+/, ''),
  ];
  if (!isToken(name)) return undefined;
  if (isToken(value)) return [name.toLowerCase(), value];
  const quoted = /^"((?:[^"\\]|\\.)*)"$/s.exec(value)?.[1];
  if (quoted === undefined || /[^\t\x20-\x7e\x80-\xff]/.test(quoted)) return undefined;
  return [name.toLowerCase(), quoted.replace(/\\(.)/gs, '$1')];
}

type Slow = [scheme: string, parameters: Record<string, string>, token68?: string];

/** Undefined where the value is no list of challenges. */
function readSlowly(text: string): readonly Slow[] | undefined {
  const read: Slow[] = [];
  for (const part of partAtCommas(text)?.map(trim) ?? [undefined]) {
    if (part === undefined) return undefined;
    if (part === '') continue;
    const parameter = readParameter(part);
    if (parameter !== undefined) {
      const open = read.at(-1);
      if (open === undefined || open.length === 3 || parameter[0] in open[1]) return undefined;
      open[1][parameter[0]] = parameter[1];
      continue;
    }
    const [, scheme = '', rest] = /^(\S+?)(?: +(.*))?$/s.exec(part) ?? [];
    if (!isToken(scheme)) return undefined;
    const [first, slow] = [rest ?? '', [scheme.toLowerCase(), Object.create(null)] as Slow];
    const inner = readParameter(first);
    if (inner !== undefined) slow[1][inner[0]] = inner[1];
    else if (isToken68(first)) slow[2] = first;
    else if (first !== '') return undefined;
    read.push(slow);
  }
  return read;
}

const plain = (text: string): readonly unknown[] | undefined => {
  const result = decodeChallenges([text]);
  if (!result.ok) return undefined;
  return result.challenges.map(({ scheme, parameters, token68 }) => [
    scheme,
    Object.fromEntries(parameters),
    ...(token68 === undefined ? [] : [token68]),
  ]);
};

const piece = fc.constantFrom(
  ...[
    'Bearer ',
    'Basic ',
    'bearer',
    'Negotiate ',
    'realm=',
    'Realm = ',
    'service=',
    'scope=',
    'x=',
    '__proto__=',
  ],
  ...[
    '"https://a.example/t"',
    '"a,b"',
    '"a\\"b"',
    '"a\\\\"',
    '""',
    '"',
    '\\',
    'abc',
    'abc==',
    'YWJj+/',
    '=',
    '==',
  ],
  ...['a=1', 'A="2"', 'b = x', 'Basic a=1', 'Basic a=1, A=2', 'NTLM abc=='],
  ...[',', ', ', ' , ', ',,', ' ', '\t', '  ', '\u00e4', '\u0001', '\r\n', '/', '(', '"\u00e4"', '"\u0001"'],
);

describe('challenges, read a second time', () => {
  it('are the same challenges', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 9 }), (pieces) => {
        const text = pieces.join('');
        const [first, second] = [plain(text), readSlowly(text)];
        expect(first).toEqual(
          second?.map(([scheme, parameters, ...more]) => [scheme, { ...parameters }, ...more]),
        );
      }),
      { numRuns: 50_000 },
    );
  });

  it('are the same over several fields as field by field', () => {
    fc.assert(
      fc.property(fc.array(fc.array(piece, { maxLength: 6 }), { maxLength: 3 }), (fields) => {
        const texts = fields.map((pieces) => pieces.join(''));
        const each = texts.map((text) => decodeChallenges([text]));
        const all = decodeChallenges(texts);
        expect(all.ok).toBe(each.every(({ ok }) => ok));
        if (all.ok) expect(all.challenges).toEqual(each.flatMap((one) => (one.ok ? one.challenges : [])));
      }),
      { numRuns: 5000 },
    );
  });
});

/** As registries were recorded to ask for a token. */
const RECORDED: readonly (readonly [string, string, string])[] = [
  [
    'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:samalba/my-app:pull,push"',
    'auth.docker.io',
    'repository:samalba/my-app:pull,push',
  ],
  [
    'Bearer realm="https://ghcr.io/token",service="ghcr.io",scope="repository:user/image:pull"',
    'ghcr.io',
    'repository:user/image:pull',
  ],
  ['Bearer realm="https://quay.io/v2/auth",service="quay.io"', 'quay.io', ''],
  [
    'Bearer realm="https://gitlab.com/jwt/auth",service="container_registry",error="invalid_token"',
    'gitlab.com',
    '',
  ],
  ['Bearer realm="https://nvcr.io/proxy_auth",scope="repository:a/b:pull"', 'nvcr.io', 'repository:a/b:pull'],
];

describe('a realm, read a second time', () => {
  it.each(RECORDED)('%s', (text, host, scope) => {
    expect(decodeChallenge([text])).toMatchObject({ kind: 'bearer', tokenHost: { host, port: 443 } });
    expect(readSlowly(text)?.[0]?.[1].scope ?? '').toBe(scope);
  });

  it('has the host that the URL standard gives it, or is refused', () => {
    const part = fc.constantFrom(
      ...[
        'https://',
        'http://',
        'HTTPS://',
        '//',
        'a.example',
        'A.Example.',
        'b',
        ':8443',
        ':0',
        ':443',
        '@',
        'user:pw@',
      ],
      ...[
        '/',
        '/token',
        '?x=1',
        '#x',
        '\\',
        '%2f',
        ' ',
        '[::1]',
        '127.1',
        '0x7f.1',
        '2130706433',
        '\u00e4',
        'xn--a',
      ],
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
        const realm = parts.join('');
        const read = decodeChallenge([`Bearer realm="${realm.replace(/["\\]/g, '\\$&')}"`]);
        if (read.kind !== 'bearer') return;
        const url = new URL(realm);
        const { host, port } = read.tokenHost;
        expect(url.hostname.replace(/^\[|\]$|\.$/g, '')).toBe(host);
        expect(Number(url.port || (url.protocol === 'https:' ? 443 : 80))).toBe(port);
        expect([url.username, url.password, url.hash]).toEqual(['', '', '']);
        expect(read.isSecure).toBe(url.protocol === 'https:');
      }),
      { numRuns: 20_000 },
    );
  });
});
