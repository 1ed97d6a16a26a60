import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type RegistryRecognition, recognizeRegistry } from './recognize-registry.ts';

const HUB = 'Bearer realm="https://auth.docker.io/token",service="registry.docker.io"';
const DENIED = '{"errors":[{"code":"UNAUTHORIZED","message":"authentication required","detail":null}]}';

type Case = [
  what: string,
  status: number,
  fields: readonly (readonly [string, string])[],
  body: string | undefined,
  expected: string | undefined,
];

function recognize(status: number, fields: Case[2], body?: string): RegistryRecognition {
  return recognizeRegistry({
    status,
    fields: fields.map(([name, value]) => ({ name, value })),
    ...(body !== undefined && { body: new TextEncoder().encode(body) }),
  });
}

describe('recognizeRegistry', () => {
  it.each<Case>([
    [
      "distribution's registry",
      200,
      [['Docker-Distribution-Api-Version', 'registry/2.0']],
      '{}',
      'version-header',
    ],
    [
      'Docker Hub',
      401,
      [
        ['docker-distribution-api-version', 'registry/2.0'],
        ['www-authenticate', HUB],
      ],
      DENIED,
      'version-header',
    ],
    [
      'two versions',
      200,
      [['docker-distribution-api-version', 'registry/2.0 registry/2.1']],
      '',
      'version-header',
    ],
    [
      'one that is overloaded',
      503,
      [['Docker-Distribution-API-Version', 'registry/2.0']],
      '',
      'version-header',
    ],
    ['a token challenge', 401, [['WWW-Authenticate', HUB]], undefined, 'challenge'],
    [
      'a scope for a challenge',
      401,
      [['WWW-Authenticate', 'Bearer realm="https://a.example/t",scope="registry:catalog:*"']],
      '',
      'challenge',
    ],
    [
      'a scope with a class',
      401,
      [['WWW-Authenticate', 'Bearer realm="https://a.example/t",scope="repository(plugin):a:pull"']],
      '',
      'challenge',
    ],
    ['passwords and an error body', 401, [['WWW-Authenticate', 'Basic realm="x"']], DENIED, 'error-body'],
    ['too many requests', 429, [], '{"errors":[{"code":"TOOMANYREQUESTS"}]}', 'error-body'],
    [
      'the last of several errors',
      404,
      [],
      '{"errors":[{"code":"X"},{"code":"NAME_UNKNOWN"}]}',
      'error-body',
    ],
    ['an empty object', 200, [['content-type', 'application/json']], ' {}\n', 'empty-answer'],
    ['a web page', 200, [['content-type', 'text/html']], '<html></html>', undefined],
    ['an empty page', 200, [], '', undefined],
    ['no body', 200, [], undefined, undefined],
    ['an array', 200, [], '[]', undefined],
    ['a page that is missing', 404, [], 'not found', undefined],
    ['an API that wants a token', 401, [['www-authenticate', 'Bearer realm="api"']], '', undefined],
    [
      'OAuth with a URL for a realm',
      401,
      [['www-authenticate', 'Bearer realm="https://a.example/",scope="read"']],
      '',
      undefined,
    ],
    ['passwords alone', 401, [['www-authenticate', 'Basic realm="x"']], 'no', undefined],
    ['errors of another API', 400, [], '{"errors":[{"message":"no","code":"E1"}]}', undefined],
    ['errors that are no list', 400, [], '{"errors":{"code":"DENIED"}}', undefined],
    ['a list of texts', 400, [], '{"errors":["DENIED", null]}', undefined],
    ['an error body with 200', 200, [], DENIED, undefined],
    ['a challenge with 200', 200, [['www-authenticate', HUB]], '', undefined],
    ['another version', 200, [['Docker-Distribution-Api-Version', 'registry/1.0']], '', undefined],
    ['a cut body', 401, [], DENIED.slice(0, -4), undefined],
    ['a huge body', 401, [], `${DENIED}${' '.repeat(64 * 1024)}`, undefined],
  ])('%s', (_, status, fields, body, expected) => {
    const recognition = recognize(status, fields, body);
    expect(recognition.isRegistry ? recognition.evidence : undefined).toBe(expected);
  });

  it('names the token host that a 401 names, whatever the evidence', () => {
    const version = ['docker-distribution-api-version', 'registry/2.0'] as const;
    const withRealm = { isRegistry: true, bearer: { tokenHost: { host: 'auth.docker.io', port: 443 } } };
    expect(recognize(401, [version, ['www-authenticate', HUB]])).toMatchObject(withRealm);
    expect(recognize(401, [['www-authenticate', HUB]])).toMatchObject(withRealm);
    expect(recognize(200, [version, ['www-authenticate', HUB]])).not.toHaveProperty('bearer');
    expect(recognize(401, [version, ['www-authenticate', 'Bearer realm="']])).not.toHaveProperty('bearer');
  });

  it('says where to ask instead, once', () => {
    const there = 'https://europe-west1-docker.pkg.dev/v2/';
    expect(recognize(307, [['location', there]])).toEqual({ isRegistry: false, location: there });
    expect(recognize(307, [])).toEqual({ isRegistry: false });
    expect(recognize(200, [['location', there]])).toEqual({ isRegistry: false });
    expect(
      recognize(302, [
        ['location', there],
        ['location', '/x'],
      ]),
    ).toEqual({ isRegistry: false });
  });

  it('never throws, and never takes an answer without any sign for a registry', () => {
    const field = fc.record({
      name: fc.constantFrom('WWW-Authenticate', 'Location', 'X'),
      value: fc.oneof(fc.string(), fc.constant('Basic realm="x"')),
    });
    const body = fc.oneof(
      fc.uint8Array(),
      fc.jsonValue().map((value) => new TextEncoder().encode(JSON.stringify(value))),
    );
    fc.assert(
      fc.property(
        fc.integer(),
        fc.array(field),
        fc.option(body, { nil: undefined }),
        (status, fields, bytes) => {
          const recognition = recognizeRegistry({ status, fields, ...(bytes && { body: bytes }) });
          if (!recognition.isRegistry) return;
          expect(new TextDecoder().decode(bytes)).toMatch(/errors|\{/);
        },
      ),
    );
  });
});
