import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeChallenge, decodeChallenges } from './auth-challenge.ts';

type Plain = [scheme: string, parameters: Record<string, string>, token68?: string];

function plain(values: readonly string[]): unknown {
  const result = decodeChallenges(values);
  if (!result.ok) return result.problem;
  return result.challenges.map(({ scheme, parameters, token68 }) => [
    scheme,
    Object.fromEntries(parameters),
    ...(token68 === undefined ? [] : [token68]),
  ]);
}

describe('decodeChallenges', () => {
  it.each<[string, readonly string[], readonly Plain[]]>([
    ['nothing', [], []],
    ['an empty field', ['', ' , ,'], []],
    ['a scheme alone', ['Negotiate'], [['negotiate', {}]]],
    ['a quoted value', ['Basic realm="x y"'], [['basic', { realm: 'x y' }]]],
    ['a token value', ['Basic realm=x'], [['basic', { realm: 'x' }]]],
    ['an empty quoted value', ['Basic realm=""'], [['basic', { realm: '' }]]],
    [
      'escapes',
      [String.raw`Basic realm="a\"b\\c\d, Digest x=1"`],
      [['basic', { realm: 'a"b\\cd, Digest x=1' }]],
    ],
    [
      'bad whitespace around =',
      ['Basic realm \t= "x" , charset = UTF-8'],
      [['basic', { realm: 'x', charset: 'UTF-8' }]],
    ],
    ['names in any case', ['BEARER Realm="x"'], [['bearer', { realm: 'x' }]]],
    ['a token68', ['Negotiate YWJj+/=='], [['negotiate', {}, 'YWJj+/==']]],
    ['a token68 without padding', ['Negotiate abc'], [['negotiate', {}, 'abc']]],
    ['a token68 that looks like a parameter', ['Negotiate abc='], [['negotiate', {}, 'abc=']]],
    ['spaces behind a scheme', ['Negotiate  '], [['negotiate', {}]]],
    [
      "the standard's example",
      ['Basic realm="simple", Newauth realm="apps", type=1, title="Login to \\"apps\\""'],
      [
        ['basic', { realm: 'simple' }],
        ['newauth', { realm: 'apps', type: '1', title: 'Login to "apps"' }],
      ],
    ],
    [
      'challenges over two fields',
      ['Bearer realm="a",service="s"', 'Basic realm="b"'],
      [
        ['bearer', { realm: 'a', service: 's' }],
        ['basic', { realm: 'b' }],
      ],
    ],
    [
      'a scheme, a token68 and a scheme',
      ['Negotiate, NTLM abc==, Basic realm="x"'],
      [
        ['negotiate', {}],
        ['ntlm', {}, 'abc=='],
        ['basic', { realm: 'x' }],
      ],
    ],
    [
      'the same parameter in two challenges',
      ['Basic realm="x", Digest realm="x"'],
      [
        ['basic', { realm: 'x' }],
        ['digest', { realm: 'x' }],
      ],
    ],
  ])('reads %s', (_, values, expected) => expect(plain(values)).toEqual(expected));

  it.each([
    ['a parameter without a scheme', ['realm="x"']],
    ['a parameter of the field before', ['Bearer realm="x"', 'service="y"']],
    ['a quote that never ends', ['Bearer realm="x']],
    ['an escape at the end', ['Bearer realm="x\\']],
    ['a parameter twice', ['Bearer realm="x",Realm="y"']],
    ['text behind a quoted value', ['Bearer realm="x"y']],
    ['parameters without a comma', ['Bearer realm="x" service="y"']],
    ['a parameter behind a token68', ['Negotiate abc==, x=1']],
    ['no value', ['Bearer realm=,service="y"']],
    ['a control character in a value', ['Bearer realm="a\u0001b"']],
    ['a line end in a value', ['Bearer realm="a\r\nb"']],
    ['an umlaut as scheme', ['Bär realm="x"']],
    ['characters above one octet', ['Bearer realm="\u0100"']],
    ['a scheme with a slash', ['a/b realm="x"']],
    ['8 KiB and more', [`Bearer realm="${'x'.repeat(8 * 1024)}"`]],
    ['8 KiB over many fields', Array.from({ length: 100 }, () => `Bearer realm="${'x'.repeat(100)}"`)],
    ['65 parts', [Array.from({ length: 65 }, () => 'a').join(',')]],
  ])('refuses %s', (_, values) => expect(decodeChallenges(values)).toMatchObject({ ok: false }));

  const token = fc.stringMatching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,12}$/);
  const value = fc.stringMatching(/^[\t\x20-\x7e\x80-\xff]{0,20}$/);
  const challenge = fc.record({
    scheme: token,
    parameters: fc.uniqueArray(fc.tuple(token, value), {
      maxLength: 4,
      selector: ([name]) => name.toLowerCase(),
    }),
  });

  it('reads back what is written with every value quoted', () => {
    fc.assert(
      fc.property(fc.array(challenge, { maxLength: 4 }), (challenges) => {
        const written = challenges.map(
          ({ scheme, parameters }) => `${scheme} ${parameters.map(quoted).join(', ')}`,
        );
        const expected = challenges.map(({ scheme, parameters }) => [
          scheme.toLowerCase(),
          Object.fromEntries(parameters.map(([name, text]) => [name.toLowerCase(), text])),
        ]);
        expect(plain(written)).toEqual(expected);
        expect(plain([written.join(' ,, ')])).toEqual(expected);
      }),
    );
  });

  it('never throws, whatever comes', () => {
    const piece = fc.oneof(
      token,
      fc.constantFrom('"', '\\', ',', '=', ' ', '\t', '\r\n', 'Bearer ', 'realm=', '=='),
      fc.string({ unit: 'binary', maxLength: 4 }),
    );
    fc.assert(
      fc.property(fc.array(fc.array(piece).map((pieces) => pieces.join(''))), (values) => {
        const result = decodeChallenges(values);
        if (!result.ok) return;
        for (const { scheme, parameters } of result.challenges) {
          for (const text of [scheme, ...parameters.values()]) expect(text).not.toMatch(/[\r\n\0]/);
        }
      }),
    );
  });
});

function quoted([name, value]: readonly [string, string]): string {
  return `${name}="${value.replace(/["\\]/g, '\\$&')}"`;
}

describe('decodeChallenge', () => {
  it.each<[string, string, object]>([
    [
      'Docker Hub',
      'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull,push"',
      {
        kind: 'bearer',
        realm: 'https://auth.docker.io/token',
        tokenHost: { host: 'auth.docker.io', kind: 'name', port: 443 },
        isSecure: true,
        service: 'registry.docker.io',
        scope: 'repository:a/b:pull,push',
      },
    ],
    [
      'a token server on a port, over plain HTTP',
      'Bearer realm="http://Tokens.acme.example.:8080/auth?x=1"',
      {
        kind: 'bearer',
        realm: 'http://Tokens.acme.example.:8080/auth?x=1',
        tokenHost: { host: 'tokens.acme.example', kind: 'name', port: 8080 },
        isSecure: false,
      },
    ],
    [
      'a realm without path',
      'Bearer realm="https://[2001:db8::1]"',
      {
        kind: 'bearer',
        realm: 'https://[2001:db8::1]',
        tokenHost: { host: '2001:db8::1', kind: 'ipv6', port: 443 },
        isSecure: true,
      },
    ],
    ['passwords only', 'Basic realm="Registry"', { kind: 'other', schemes: ['basic'] }],
    ['nothing', '', { kind: 'other', schemes: [] }],
  ])('reads %s', (_, value, expected) => expect(decodeChallenge([value])).toEqual(expected));

  it('finds Bearer among others, and takes one realm given twice', () => {
    const bearer = 'Bearer realm="https://a.example/t",service="s"';
    expect(decodeChallenge(['Basic realm="x"', bearer, bearer])).toMatchObject({
      kind: 'bearer',
      service: 's',
    });
  });

  it.each([
    ['no realm', 'Bearer service="x"'],
    ['an empty realm', 'Bearer realm=""'],
    ['a relative realm', 'Bearer realm="/token"'],
    ['a name for a realm', 'Bearer realm="Registry"'],
    ['another scheme', 'Bearer realm="ftp://a.example/"'],
    ['user information', 'Bearer realm="https://ghcr.io@a.example/"'],
    ['a fragment', 'Bearer realm="https://a.example/#x"'],
    ['a space in the path', 'Bearer realm="https://a.example/a b"'],
    ['a backslash in the host', String.raw`Bearer realm="https://ghcr.io\\a.example/"`],
    ['a number for a host', 'Bearer realm="https://2130706433/"'],
    ['no host', 'Bearer realm="https:///token"'],
    ['two realms', 'Bearer realm="https://a.example/", Bearer realm="https://b.example/"'],
    ['no grammar', 'Bearer realm="https://a.example/'],
  ])('refuses %s', (_, value) => expect(decodeChallenge([value])).toMatchObject({ kind: 'invalid' }));
});
