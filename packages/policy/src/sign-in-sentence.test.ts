import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refusal } from './index.ts';
import { MAX_SENTENCE_BYTES } from './sentence-text.ts';
import type { SignInFacts } from './sign-in-sentence.ts';

const document = {
  organization: 'acme',
  contact: { message: 'Ask in #platform', url: 'https://wiki.acme.example/registries' },
};
const CONTACT = 'Ask in #platform: https://wiki.acme.example/registries';

const sentenceOf = (reason: 'SIGN_IN_REQUIRED' | 'WRONG_ORGANIZATION', signIn: SignInFacts) =>
  refusal({ document, revision: 7, mode: 'enforce', reason, registry: 'ghcr.io', signIn }).message;

describe('the sentence of a sign-in', () => {
  const place = '/etc/pullgate/registry.json';
  it.each([
    [
      'SIGN_IN_REQUIRED',
      { requiredOrgs: ['acme'], place },
      'acme requires sign-in (/etc/pullgate/registry.json): run "pullgate login".',
    ],
    [
      'SIGN_IN_REQUIRED',
      { requiredOrgs: ['acme', 'globex'] },
      'acme or globex requires sign-in: run "pullgate login".',
    ],
    [
      'WRONG_ORGANIZATION',
      { requiredOrgs: ['acme'], place, yourOrgs: ['globex'] },
      'signed in to globex, but this machine requires acme (/etc/pullgate/registry.json): run "pullgate login" with an account of it.',
    ],
    [
      'WRONG_ORGANIZATION',
      { requiredOrgs: ['acme'], yourOrgs: [] },
      'signed in to no organization, but this machine requires acme: run "pullgate login" with an account of it.',
    ],
    [
      'SIGN_IN_REQUIRED',
      { requiredOrgs: [], place, problem: 'allowedOrgs: expected a list' },
      'acme requires sign-in, but /etc/pullgate/registry.json cannot be read (allowedOrgs: expected a list).',
    ],
  ] as const)('%s %j', (reason, facts, expected) => {
    expect(sentenceOf(reason, facts)).toBe(`${expected} ${CONTACT}`);
  });

  it('cuts the place before the organizations, and keeps its end', () => {
    const long = `/${'d'.repeat(250)}/registry.json`;
    const sentence = sentenceOf('SIGN_IN_REQUIRED', { requiredOrgs: ['acme'], place: long });
    expect(sentence).toMatch(
      /^acme requires sign-in \(\/d+\.\.\.d+\/registry\.json\): run "pullgate login"\. Ask/,
    );
    expect(sentence.length).toBe(MAX_SENTENCE_BYTES);
  });

  it('is ASCII of at most 300 bytes, with its command and the contact whole, whatever comes in', () => {
    const hostile = fc.string({ unit: 'binary', maxLength: 400 });
    const orgs = fc.array(hostile, { maxLength: 20 });
    const facts = fc.record({
      requiredOrgs: orgs,
      yourOrgs: fc.option(orgs, { nil: undefined }),
      place: fc.option(fc.oneof(hostile, fc.constant('p'.repeat(512))), { nil: undefined }),
      problem: fc.option(hostile, { nil: undefined }),
    });
    fc.assert(
      fc.property(
        fc.constantFrom('SIGN_IN_REQUIRED' as const, 'WRONG_ORGANIZATION' as const),
        facts,
        (reason, signIn) => {
          const sentence = sentenceOf(reason, signIn);
          expect(sentence).toMatch(/^[\x20-\x7e]{1,300}$/);
          expect(sentence.endsWith(` ${CONTACT}`)).toBe(true);
          if (signIn.problem === undefined) expect(sentence).toContain('run "pullgate login"');
        },
      ),
      { numRuns: 1000 },
    );
  });
});
