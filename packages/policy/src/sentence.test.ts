import { parseReference, parseRegistryHost } from '@pullgate/reference';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AccessQuery,
  type Action,
  compilePolicy,
  type DenyReason,
  decide,
  parsePolicy,
  refusal,
} from './index.ts';
import { formatSentence, toSentenceContext } from './sentence.ts';
import { MAX_SENTENCE_BYTES } from './sentence-text.ts';

const policy = compilePolicy({
  document: parsePolicy(`
version: 1
organization: acme
contact: { message: "Ask in #platform", url: "https://wiki.acme.example/registries" }
registries:
  - { id: hub, registry: docker.io, allow: [pull], because: "Push to registry.acme.example." }
  - { id: blocked, registry: blocked.example.com, allow: [] }
  - { id: ecr, registry: "*.ecr.example.com", allow: [pull, push], teams: [platform] }
  - { id: base, registry: base.example.com, allow: [pull, push], repositories: ["base/**"] }
  - { id: pinned, registry: pinned.example.com, allow: [pull, push], tags: ["v*"] }
deny:
  - { id: centos, registry: docker.io, repositories: [centos], because: "Ende für CentOS. Use base.example.com/base/alma." }
`),
  revision: 2,
  profiles: [
    {
      registry: 'ghcr.io',
      name: 'GHCR',
      apiHosts: [],
      tokenHosts: ['token.ghcr.io'],
      blobHosts: [],
      broadBlobHosts: ['*.store.example'],
    },
  ],
});

const CONTACT = 'Ask in #platform: https://wiki.acme.example/registries';

function messageFor(text: string, action?: Action): string {
  const target = action === undefined ? { registry: parseRegistryHost(text) } : parseReference(text);
  const query = {
    ...target,
    ...(action && { action }),
    subject: { teams: [] },
    point: 'proxy',
    deeper: false,
    now: 0,
  };
  return decide(policy, query as AccessQuery).message;
}

describe('the sentence', () => {
  it.each([
    ['ghcr.io', undefined, 'acme does not allow ghcr.io (not on the list, r2).'],
    ['ghcr.io/acme/app:1', 'pull', 'acme does not allow pull of ghcr.io/acme/app:1 (not on the list, r2).'],
    [
      'docker.io/acme/app:1',
      'push',
      'acme does not allow push to docker.io/acme/app:1 (rule hub allows pull: Push to registry.acme.example, r2).',
    ],
    [
      'centos:7',
      'pull',
      'acme does not allow pull of docker.io/library/centos:7 (denied by rule centos: Ende fur CentOS. Use base.example.com/base/alma, r2).',
    ],
    [
      'blocked.example.com',
      undefined,
      'acme does not allow blocked.example.com (blocked by rule blocked, r2).',
    ],
    [
      'x.ecr.example.com/a',
      'pull',
      'acme does not allow pull of x.ecr.example.com/a:latest (rule ecr is for other teams, r2).',
    ],
    [
      'base.example.com/app',
      'pull',
      'acme does not allow pull of base.example.com/app:latest (rule base does not list this repository, r2).',
    ],
    [
      'base.example.com',
      undefined,
      'acme does not allow base.example.com (rule base needs inspection, which is off here; owners: see whenHostOnly, r2).',
    ],
    [
      'pinned.example.com/a:1',
      'pull',
      'acme does not allow pull of pinned.example.com/a:1 (rule pinned does not list this tag, r2).',
    ],
    [
      `pinned.example.com/a@sha256:${'0'.repeat(64)}`,
      'pull',
      'acme does not allow pull of pinned.example.com/a (rule pinned does not list this digest, r2).',
    ],
    [
      'token.ghcr.io',
      undefined,
      'acme does not allow token.ghcr.io (it serves ghcr.io: not on the list, r2).',
    ],
    [
      'x.store.example',
      undefined,
      'acme does not allow x.store.example (a storage host shared with others, r2).',
    ],
  ] as const)('for %s %s', (text, action, expected) => {
    expect(messageFor(text, action)).toBe(`${expected} ${CONTACT}`);
  });

  it('names nobody before there is a policy', () => {
    const decision = refusal({ revision: 0, mode: 'enforce', reason: 'POLICY_MISSING', registry: 'ghcr.io' });
    expect(decision.message).toBe('Pullgate does not allow ghcr.io (this machine has no policy yet).');
    expect(decision).toMatchObject({
      verdict: 'deny',
      effect: 'refuse',
      reason: 'POLICY_MISSING',
      revision: 0,
    });
  });

  it('is forwarded in observe, unless the reason is hard', () => {
    const { document } = policy;
    const effectOf = (reason: DenyReason) =>
      refusal({ document, revision: 2, mode: 'observe', reason }).effect;
    expect(effectOf('SIGN_IN_REQUIRED')).toBe('forward');
    expect(
      ['REQUEST_INVALID', 'ADDRESS_REFUSED', 'POLICY_EXPIRED'].map((reason) =>
        effectOf(reason as DenyReason),
      ),
    ).toEqual(['refuse', 'refuse', 'refuse']);
  });

  it.each([
    ['user:secret@ghcr.io', 'this request'],
    ['ghcr.io?token=secret', 'ghcr.io'],
    ['ghcr.io\r\nSet-Cookie: a=b', 'ghcr.io'],
    ['\u0000', 'this request'],
    ['b\u00fccher.example', 'b'],
  ])('lets nothing of the target %j out but its name', (registry, shown) => {
    const { message } = refusal({
      document: policy.document,
      revision: 2,
      mode: 'enforce',
      reason: 'REQUEST_INVALID',
      registry,
    });
    expect(message).toBe(`acme does not allow ${shown} (the request is malformed, r2). ${CONTACT}`);
  });

  it('is ASCII of at most 300 bytes and ends with the contact, whatever comes in', () => {
    const hostile = fc.string({ unit: 'binary', maxLength: 400 });
    const reasons: DenyReason[] = [
      'NOT_LISTED',
      'DENIED_BY_RULE',
      'ACTION_NOT_ALLOWED',
      'DEPTH_UNAVAILABLE',
      'REFERENCE_INVALID',
      'TAG_NOT_ALLOWED',
    ];
    const facts = fc.record({
      reason: fc.constantFrom(...reasons),
      rule: fc.record({ id: hostile, actions: fc.constant(['pull', 'push'] as const), because: hostile }),
      registry: fc.oneof(hostile, fc.constant('r'.repeat(253))),
      repository: fc.oneof(hostile, fc.constant('a/'.repeat(127))),
      tag: hostile,
      action: fc.constantFrom('pull', 'push', 'delete', 'catalog', undefined),
      serves: fc.option(hostile, { nil: undefined }),
    });
    const contact = { message: 'm'.repeat(40), url: `https://example.com/${'u'.repeat(70)}` };
    const context = toSentenceContext({ organization: 'o'.repeat(64), contact }, 123_456);
    fc.assert(
      fc.property(facts, (given) => {
        const sentence = formatSentence(context, given as Parameters<typeof formatSentence>[1]);
        expect(sentence).toMatch(/^[\x20-\x7e]*$/);
        expect(sentence.length).toBeLessThanOrEqual(MAX_SENTENCE_BYTES);
        expect(sentence.endsWith(`). ${contact.message}: ${contact.url}`)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('stays within its bounds for an organization and a contact that were never validated', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.string({ unit: 'binary', maxLength: 400 }),
        (organization, message) => {
          const document = { organization, contact: { message } };
          const decision = refusal({
            document,
            revision: 1,
            mode: 'enforce',
            reason: 'POLICY_EXPIRED',
            registry: 'a'.repeat(300),
          });
          expect(decision.message).toMatch(/^[\x20-\x7e]{1,300}$/);
        },
      ),
    );
  });
});
