import { describe, expect, it } from 'vitest';
import {
  checkSelfLockOut,
  defaultPolicy,
  type PolicyDocument,
  parsePolicy,
  publishWarnings,
} from './index.ts';

const before = defaultPolicy({ organization: 'acme', mode: 'enforce' });
const withRules = (rules: string): PolicyDocument =>
  parsePolicy(`version: 1\norganization: acme\n${rules}`, { force: true });
const HUB = '{ id: hub, registry: docker.io, allow: [pull, push] }';

describe('checkSelfLockOut', () => {
  it.each([
    ['nothing changed', before, []],
    [
      'the whole list emptied',
      withRules('registries: []'),
      ['error LIST_EMPTIED', 'error NOTHING_ALLOWED', 'warning HUB_NOT_ALLOWED'],
    ],
    ['emptied in observe', withRules('mode: observe'), ['error LIST_EMPTIED', 'warning HUB_NOT_ALLOWED']],
    [
      'blocks only',
      withRules('registries: [{ id: hub, registry: docker.io, allow: [] }]'),
      ['error NOTHING_ALLOWED', 'warning HUB_NOT_ALLOWED'],
    ],
    [
      'denied as a whole',
      withRules(`registries: [${HUB}]\ndeny: [{ id: no, registry: docker.io }]`),
      ['error NOTHING_ALLOWED', 'warning HUB_NOT_ALLOWED'],
    ],
    [
      'for a team only',
      withRules('registries: [{ id: hub, registry: index.docker.io, allow: [pull], teams: [red] }]'),
      ['warning TEAMS_ONLY'],
    ],
    [
      'another registry instead',
      withRules('registries: [{ id: a, registry: "*.example.com", allow: [pull, push] }]'),
      ['warning HUB_NOT_ALLOWED'],
    ],
    [
      'plain HTTP alone',
      withRules('registries: [{ id: a, registry: r.example.com, insecure: true, allow: [pull, push] }]'),
      ['warning HUB_NOT_ALLOWED'],
    ],
  ])('%s', (_, after, expected) => {
    expect(checkSelfLockOut({ before, after }).map(({ severity, code }) => `${severity} ${code}`)).toEqual(
      expected,
    );
  });

  it('accepts the default policy as the first one', () => {
    expect(checkSelfLockOut({ after: before })).toEqual([]);
  });
});

describe('publishWarnings', () => {
  it.each([
    ['the default policy', '', []],
    [
      'tags in a denial',
      'deny: [{ id: no, registry: docker.io, tags: [latest] }]',
      ['TAGS_DENIED /deny/no', 'DEEP_RULE /deny/no'],
    ],
    [
      'an entry for pull alone',
      'registries: [{ id: a, registry: r.example.com, allow: [pull] }]',
      ['DEEP_RULE /registries/a'],
    ],
    [
      'the same with a way out',
      'registries: [{ id: a, registry: r.example.com, allow: [pull], whenHostOnly: allow }]',
      [],
    ],
    ['unknown hosts open', 'urls: { default: allow }', ['URLS_OPEN /urls/default']],
    [
      'every registry',
      'registries: [{ id: a, registry: "**", allow: [pull, push] }]',
      ['BARE_WILDCARD /registries/a'],
    ],
    [
      'every registry, observed',
      'mode: observe\nregistries: [{ id: a, registry: "**", allow: [pull, push] }]',
      [],
    ],
    [
      'a blocked Docker Hub',
      'registries: [{ id: hub, registry: docker.io, allow: [] }]',
      ['FRONTEND_LOST /registries/hub'],
    ],
    [
      'a mirror',
      'registries: [{ id: a, registry: m.example, allow: [pull, push], mirrorOf: { registry: docker.io } }]',
      [],
    ],
    [
      'a mirror of Docker Hub below a prefix',
      'registries: [{ id: a, registry: m.example, allow: [pull, push], mirrorOf: { registry: docker.io, prefix: hub } }]',
      ['MIRROR_UNREACHED /registries/a'],
    ],
    [
      'another below a prefix',
      'registries: [{ id: a, registry: m.example, allow: [pull, push], mirrorOf: { registry: quay.io, prefix: q } }]',
      [],
    ],
    [
      'a mirror that is a pattern',
      'registries: [{ id: a, registry: "*.m.example", allow: [pull, push], mirrorOf: { registry: quay.io } }]',
      ['MIRROR_UNREACHED /registries/a'],
    ],
    [
      'a Docker Hub that is blocked, observed',
      'mode: observe\nregistries: [{ id: hub, registry: docker.io, allow: [] }]',
      ['FRONTEND_LOST /registries/hub'],
    ],
    ['the same, off', 'mode: off\nregistries: [{ id: hub, registry: docker.io, allow: [] }]', []],
  ])('%s', (_, rules, expected) => {
    expect(publishWarnings(withRules(rules)).map(({ code, path }) => `${code} ${path}`)).toEqual(expected);
  });
});
