import { parseReference } from '@pullgate/reference';
import { describe, expect, it } from 'vitest';
import {
  type AccessQuery,
  compilePolicy,
  explain,
  type PolicyDocument,
  parsePolicy,
  runPolicyTests,
} from './index.ts';

const document = parsePolicy(`
version: 1
organization: acme
registries:
  - { id: hub, registry: docker.io, allow: [pull], repositories: ["library/*", "acme/**"] }
  - { id: red, registry: docker.io, allow: [pull, push], teams: [red] }
  - { id: mirror, registry: "registry.acme.example:5000", allow: [pull], repositories: ["mirror/ghcr/**"] }
  - { id: quay-mirror, registry: quay.acme.example, allow: [pull], mirrorOf: { registry: quay.io } }
deny:
  - { id: centos, registry: docker.io, repositories: [centos] }
tests:
  - { pull: alpine, expect: allow }
  - { push: acme/app, expect: deny }
  - { push: acme/app, expect: allow, teams: [red] }
  - { pull: ghcr.io/a/b, expect: allow }
  - { catalog: docker.io, expect: deny }
`);

const compiled = (changes: Partial<PolicyDocument> = {}) =>
  compilePolicy({ document: { ...document, ...changes }, revision: 2, profiles: [] });

function explained(reference: string, action: 'pull' | 'push' = 'pull') {
  const query = {
    ...parseReference(reference),
    action,
    subject: { teams: [] },
    point: 'check',
    deeper: true,
    now: 0,
  };
  return explain(compiled(), query as AccessQuery);
}

describe('explain', () => {
  it('names every rule of the registry in order of precedence, and ends with the verdict', () => {
    const { steps, decision } = explained('docker.io/acme/app:1', 'push');
    expect(steps.map(({ ruleId, outcome, text }) => [ruleId, outcome, text])).toEqual([
      ['centos', 'skip', 'rule centos: for centos'],
      ['hub', 'skip', 'rule hub: for pull'],
      ['red', 'skip', 'rule red: for other teams'],
      [undefined, 'deny', 'denied (ACTION_NOT_ALLOWED)'],
    ]);
    expect(decision.ruleId).toBe('hub');
  });

  it.each([
    ['ghcr.io/acme/app', 'mirror', 'registry.acme.example:5000/mirror/ghcr/**   allowed for pull'],
    ['quay.io/a/b', 'quay-mirror', 'quay.acme.example   allowed for pull'],
    ['ubuntu/x', 'hub', 'docker.io/library/*   allowed for pull'],
    [
      'registry.acme.exmaple:5000/a',
      'mirror',
      'registry.acme.example:5000/mirror/ghcr/**   allowed for pull',
    ],
    ['nowhere.test/a', undefined, undefined],
  ])('finds what is nearest to %s', (reference, ruleId, text) => {
    expect(explained(reference).nearest).toEqual(ruleId === undefined ? undefined : { ruleId, text });
  });

  it('has no nearest permission for what is allowed', () => {
    expect(explained('alpine').nearest).toBeUndefined();
    expect(explained('alpine').steps.at(-1)).toMatchObject({
      outcome: 'allow',
      text: 'allowed (RULE_ALLOWED)',
    });
  });
});

describe('runPolicyTests', () => {
  const passes = [true, true, true, false, true];

  it('runs each test with its teams', () => {
    const results = runPolicyTests(compiled());
    expect(results.map(({ pass }) => pass)).toEqual(passes);
    expect(results[3]).toMatchObject({
      action: 'pull',
      reference: 'ghcr.io/a/b',
      expect: 'allow',
      got: 'deny',
    });
    expect(results[3]?.message).toContain('not on the list');
  });

  it.each(['off', 'observe'] as const)('tests the rules alike in mode %s', (mode) => {
    const results = runPolicyTests(compiled({ mode: { default: mode, teams: {} } }));
    expect(results.map(({ pass }) => pass)).toEqual(passes);
  });
});
