import { parseReference } from '@pullgate/reference';
import { describe, expect, it } from 'vitest';
import { findLostFrontend } from './build-frontend.ts';
import { compilePolicy, decide, type PolicyDocument, parsePolicy } from './index.ts';

const read = (rules: string): PolicyDocument => parsePolicy(`version: 1\norganization: acme\n${rules}`);

const LIMITED = '{ id: hub, registry: docker.io, allow: [pull], repositories: ["library/*"] }';

describe('findLostFrontend', () => {
  it.each([
    ['the whole of Docker Hub', 'registries: [{ id: hub, registry: docker.io, allow: [pull, push] }]'],
    ['no rule on Docker Hub', 'registries: [{ id: a, registry: ghcr.io, allow: [pull] }]'],
    [
      'its organization listed',
      'registries: [{ id: hub, registry: docker.io, allow: [pull], repositories: ["docker/*"] }]',
    ],
    [
      'an entry of its own',
      `registries: [${LIMITED}, { id: f, registry: docker.io, allow: [pull], repositories: [docker/dockerfile] }]`,
    ],
    [
      'another repository denied',
      'registries: [{ id: hub, registry: docker.io, allow: [pull] }]\ndeny: [{ id: no, registry: docker.io, repositories: [library/centos] }]',
    ],
    [
      'a mirror beside a block',
      'registries: [{ id: hub, registry: docker.io, allow: [] }, { id: m, registry: m.example, allow: [pull], mirrorOf: { registry: docker.io } }]',
    ],
  ])('is none with %s', (_, rules) => expect(findLostFrontend(read(rules))).toBeUndefined());

  const only = { allow: ['pull'], repositories: ['docker/dockerfile'] };
  const added = { id: 'buildkit-frontend', registry: 'docker.io', name: 'BuildKit frontend', ...only };
  it.each<[string, string, object]>([
    [
      'a block',
      'registries: [{ id: hub, registry: index.docker.io, allow: [] }]',
      { path: '/registries/hub', remedy: { kind: 'edit', id: 'hub', fields: only } },
    ],
    [
      'a list without it',
      `registries: [${LIMITED}]`,
      { path: '/registries/hub', remedy: { kind: 'add', entry: added } },
    ],
    [
      'a list without it for teams',
      'registries: [{ id: hub, registry: docker.io, allow: [pull], repositories: ["library/*"], teams: [red] }]',
      { path: '/registries/hub', remedy: { kind: 'add', entry: { ...added, teams: ['red'] } } },
    ],
    [
      'pushes only',
      'registries: [{ id: hub, registry: docker.io, allow: [push] }]',
      { path: '/registries/hub', remedy: { kind: 'add', entry: added } },
    ],
    [
      'other tags only, with the id taken',
      'registries: [{ id: buildkit-frontend, registry: docker.io, allow: [pull], tags: ["3.*"] }]',
      {
        path: '/registries/buildkit-frontend',
        remedy: { kind: 'add', entry: { ...added, id: 'buildkit-frontend-2' } },
      },
    ],
    [
      'a denial',
      'registries: [{ id: hub, registry: docker.io, allow: [pull] }]\ndeny: [{ id: no, registry: docker.io, repositories: ["docker/*"] }]',
      { path: '/deny/no' },
    ],
  ])('by %s', (_, rules, expected) => expect(findLostFrontend(read(rules))).toEqual(expected));

  it('has a remedy that gives it back, and nothing else of Docker Hub', () => {
    for (const rules of [
      `registries: [${LIMITED}]`,
      'registries: [{ id: hub, registry: docker.io, allow: [] }]',
    ]) {
      const document = read(rules);
      const mended = apply(document);
      expect(findLostFrontend(mended)).toBeUndefined();
      const verdicts = ['docker/dockerfile:1', 'docker/dockerfile@sha256:'.padEnd(89, 'a'), 'acme/app:1'].map(
        (name) => pull(mended, name),
      );
      expect(verdicts).toEqual(['allow', 'allow', 'deny']);
    }
  });
});

function apply(document: PolicyDocument): PolicyDocument {
  const remedy = findLostFrontend(document)?.remedy;
  if (remedy === undefined) throw new Error('expected a remedy');
  const registries =
    remedy.kind === 'add'
      ? [...document.registries, remedy.entry]
      : document.registries.map((entry) => (entry.id === remedy.id ? { ...entry, ...remedy.fields } : entry));
  return { ...document, registries };
}

function pull(document: PolicyDocument, name: string): string {
  const policy = compilePolicy({ document, revision: 1, profiles: [] });
  const asked = { ...parseReference(`docker.io/${name}`), action: 'pull', subject: { teams: [] } } as const;
  return decide(policy, { ...asked, point: 'check', deeper: true, now: 0 }).verdict;
}
