import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deepQuery, denial, document, grants, NOW, profiles, query, shallower } from '../test/arbitraries.ts';
import {
  type AccessQuery,
  type CompiledPolicy,
  compilePolicy,
  decide,
  explain,
  type Mode,
  type PolicyDocument,
} from './index.ts';
import { isRegistry } from './judge.ts';

const runs = { numRuns: 1500 };

const inMode = (policy: PolicyDocument, mode: Mode): PolicyDocument => ({
  ...policy,
  mode: { default: mode, teams: {} },
});

/** Policies that are enforced for everyone. */
const policy: fc.Arbitrary<CompiledPolicy> = fc
  .record({ document, profiles, grants })
  .map((input) => compilePolicy({ ...input, document: inMode(input.document, 'enforce'), revision: 3 }));

const SHALLOW = fc.constantFrom('host', 'repository', 'action', 'no version') as fc.Arbitrary<'host'>;
const TRANSIENT = new Set(['DEPTH_UNAVAILABLE', 'BROAD_HOST']);

function isConclusive(steps: readonly { readonly outcome: string }[]): string {
  const outcomes = new Set(steps.slice(0, -1).map(({ outcome }) => outcome));
  for (const [outcome, verdict] of [
    ['deny', 'deny'],
    ['grant', 'allow'],
    ['block', 'deny'],
    ['allow', 'allow'],
  ] as const) {
    if (outcomes.has(outcome)) return verdict;
  }
  return 'deny';
}

describe('decide, for every policy and query', () => {
  it('lets a denial win over everything', () => {
    fc.assert(
      fc.property(document, profiles, grants, deepQuery, (doc, hosts, given, asked) => {
        const deny = [{ id: 'all', registry: asked.registry.replace(/:80$/, '') }];
        const compiled = compilePolicy({
          document: { ...inMode(doc, 'enforce'), deny },
          revision: 1,
          profiles: hosts,
          grants: given,
        });
        expect(decide(compiled, asked)).toMatchObject({
          verdict: 'deny',
          reason: 'DENIED_BY_RULE',
          ruleId: 'all',
        });
      }),
      runs,
    );
  });

  it('never allows more because of one more denial', () => {
    fc.assert(
      fc.property(document, profiles, grants, denial('more'), query, (doc, hosts, given, more, asked) => {
        const input = { revision: 1, profiles: hosts, grants: given };
        const less = decide(compilePolicy({ ...input, document: inMode(doc, 'enforce') }), asked);
        const denied = { ...inMode(doc, 'enforce'), deny: [...doc.deny, more] };
        // A denial makes its registry known, and known registries are no longer judged by `urls`: that denies more, too.
        if (decide(compilePolicy({ ...input, document: denied }), asked).verdict === 'allow') {
          expect(less.verdict).toBe('allow');
        }
      }),
      runs,
    );
  });

  it('never allows more because a host was recognized as a registry', () => {
    fc.assert(
      fc.property(policy, query, (compiled, asked) => {
        const recognized = decide(compiled, { ...asked, recognized: true });
        const unrecognized = decide(compiled, asked);
        if (recognized.verdict === 'allow') expect(recognized).toEqual(unrecognized);
        else if (unrecognized.verdict === 'allow') expect(unrecognized.reason).toBe('URL_ALLOWED');
      }),
      runs,
    );
  });

  it('denies every deeper query where a shallow one is denied', () => {
    fc.assert(
      fc.property(policy, deepQuery, SHALLOW, (compiled, deep, known) => {
        const shallow = decide(compiled, shallower(deep, known));
        if (shallow.verdict === 'allow' || TRANSIENT.has(shallow.reason)) return;
        expect(decide(compiled, deep).verdict).toBe('deny');
      }),
      { numRuns: 4000 },
    );
  });

  it('opens nothing for lack of depth: where only the host is seen, what passes is allowed whole', () => {
    fc.assert(
      fc.property(policy, deepQuery, (compiled, asked) => {
        const { origin: _, ...deep } = asked;
        const shallow = decide(compiled, { ...shallower(deep, 'host'), deeper: false });
        const isOptOut = compiled.document.registries.some(({ whenHostOnly }) => whenHostOnly === 'allow');
        const isTraffic = deep.action === 'pull' || deep.action === 'push';
        if (shallow.verdict === 'deny' || isOptOut || !isTraffic || !isRegistry(compiled, deep.registry))
          return;
        expect(decide(compiled, deep).verdict).toBe('allow');
      }),
      { numRuns: 4000 },
    );
  });

  it('has equal verdicts in observe and enforce, and refuses in enforce alone', () => {
    fc.assert(
      fc.property(document, profiles, grants, query, (doc, hosts, given, asked) => {
        const decideIn = (mode: Mode) =>
          decide(
            compilePolicy({ document: inMode(doc, mode), revision: 1, profiles: hosts, grants: given }),
            asked,
          );
        const [observed, enforced] = [decideIn('observe'), decideIn('enforce')];
        expect({ ...observed, mode: 'x', effect: 'x' }).toEqual({ ...enforced, mode: 'x', effect: 'x' });
        expect(observed.effect).toBe('forward');
        expect(enforced.effect).toBe(enforced.verdict === 'allow' ? 'forward' : 'refuse');
        expect(decideIn('off')).toMatchObject({ verdict: 'allow', effect: 'forward', reason: 'MODE_OFF' });
      }),
      runs,
    );
  });

  it('lets a block beat every allow, and a grant every block but no denial', () => {
    fc.assert(
      fc.property(document, deepQuery, (doc, asked) => {
        const { insecure: _, origin: __, ...plain } = asked;
        const block = { id: 'block', registry: asked.registry, allow: [] };
        const blocked = { ...inMode(doc, 'enforce'), deny: [], registries: [...doc.registries, block] };
        const grant = {
          id: 'grant',
          registry: asked.registry,
          actions: [plain.action ?? 'pull'],
          expiresAt: NOW + 1,
        };
        const decideWith = (document: PolicyDocument, granted: boolean) =>
          decide(
            compilePolicy({ document, revision: 1, profiles: [], grants: granted ? [grant] : [] }),
            plain,
          );
        expect(decideWith(blocked, false)).toMatchObject({ verdict: 'deny', reason: 'BLOCKED' });
        expect(decideWith(blocked, true)).toMatchObject({ verdict: 'allow', reason: 'GRANT_ALLOWED' });
        const denied = { ...blocked, deny: [{ id: 'no', registry: asked.registry }] };
        expect(decideWith(denied, true)).toMatchObject({ verdict: 'deny', reason: 'DENIED_BY_RULE' });
      }),
      runs,
    );
  });

  it('does not depend on the order of entries', () => {
    fc.assert(
      fc.property(document, profiles, grants, query, (doc, hosts, given, asked) => {
        const reversed = { ...doc, registries: doc.registries.toReversed(), deny: doc.deny.toReversed() };
        const input = { revision: 1, profiles: hosts, grants: given };
        expect(decide(compilePolicy({ ...input, document: reversed }), asked)).toEqual(
          decide(compilePolicy({ ...input, document: doc }), asked),
        );
      }),
      { numRuns: 4000 },
    );
  });

  it('agrees with the explanation, which reads the rules one by one', () => {
    fc.assert(
      fc.property(policy, deepQuery, (compiled, asked) => {
        const { origin: _, ...plain } = asked;
        const { decision, steps, nearest } = explain(compiled, plain);
        expect(decision).toEqual(decide(compiled, plain));
        expect(steps.at(-1)?.outcome).toBe(decision.verdict);
        if (nearest !== undefined) expect(decision.verdict).toBe('deny');
        const isMirror = compiled.document.registries.some(({ mirrorOf }) => mirrorOf !== undefined);
        if (!isMirror && !plain.registry.endsWith(':80')) expect(isConclusive(steps)).toBe(decision.verdict);
      }),
      { numRuns: 4000 },
    );
  });

  it('never throws, whatever it is asked', () => {
    const anything = fc.oneof(
      fc.anything(),
      fc.record({
        registry: fc.anything(),
        repository: fc.anything(),
        tag: fc.anything(),
        action: fc.anything(),
        subject: fc.oneof(
          fc.anything(),
          fc.record({ teams: fc.oneof(fc.anything(), fc.array(fc.anything())) }),
        ),
        origin: fc.oneof(fc.anything(), fc.record({ registry: fc.anything(), repository: fc.anything() })),
        deeper: fc.anything(),
        now: fc.anything(),
      }),
      fc.record({
        registry: fc.string({ unit: 'binary' }),
        repository: fc.string({ unit: 'binary' }),
        tag: fc.string({ unit: 'binary' }),
        subject: fc.constant({ teams: [] }),
      }),
    );
    fc.assert(
      fc.property(policy, anything, (compiled, asked) => {
        const decision = decide(compiled, asked as AccessQuery);
        expect(['allow', 'deny']).toContain(decision.verdict);
        expect(decision.message).toMatch(/^[\x20-\x7e]{0,300}$/);
      }),
      runs,
    );
  });
});
