import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  type AccessQuery,
  compilePolicy,
  decide,
  defaultPolicy,
  type Grant,
  type Mode,
  type RegistryProfile,
  validatePolicy,
} from './index.ts';

/** One file of `vectors/`: a document, and queries with the decision that each must get. */
interface VectorFile {
  readonly about: string;
  readonly document: unknown;
  readonly profiles?: readonly RegistryProfile[];
  readonly grants?: readonly Grant[];
  readonly cases: readonly {
    readonly query: AccessQuery;
    readonly verdict: string;
    readonly reason: string;
    readonly ruleId?: string;
  }[];
}

const folder = new URL('../vectors/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));

describe.each(files)('vectors/%s', (name) => {
  const file = JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as VectorFile;
  const { profiles = [], grants = [] } = file;
  const policy = compilePolicy({ document: validatePolicy(file.document), revision: 2, profiles, grants });

  it.each(file.cases.map((row) => [JSON.stringify(row.query), row] as const))('%s', (_, row) => {
    const { verdict, reason, ruleId } = decide(policy, row.query);
    expect({ verdict, reason, ruleId }).toEqual({
      verdict: row.verdict,
      reason: row.reason,
      ruleId: row.ruleId,
    });
  });
});

describe('the mode of a subject', () => {
  const query = { registry: 'ghcr.io', point: 'proxy', deeper: false, now: 0 } as unknown as AccessQuery;
  const modes: readonly [string, Mode, Record<string, Mode>, Mode | undefined, string[], Mode][] = [
    ['default', 'observe', {}, undefined, [], 'observe'],
    ['team over a laxer default', 'observe', { red: 'enforce' }, undefined, ['red'], 'enforce'],
    ['team under a stricter default', 'enforce', { red: 'observe' }, undefined, ['red'], 'observe'],
    [
      'strictest of several teams',
      'off',
      { red: 'observe', blue: 'enforce' },
      undefined,
      ['red', 'blue'],
      'enforce',
    ],
    ['team without a mode', 'observe', { red: 'enforce' }, undefined, ['blue'], 'observe'],
    ['stage over the default', 'observe', {}, 'enforce', [], 'enforce'],
    ['stage under the default', 'enforce', {}, 'observe', [], 'observe'],
    ['strictest of stage and team', 'off', { red: 'enforce' }, 'observe', ['red'], 'enforce'],
    [
      'a team named like a property of objects',
      'enforce',
      {},
      undefined,
      ['constructor', '__proto__'],
      'enforce',
    ],
  ];

  it.each(modes)('%s', (_, byDefault, teams, stage, memberOf, expected) => {
    const document = {
      ...defaultPolicy({ organization: 'acme', mode: byDefault }),
      mode: { default: byDefault, teams },
    };
    const policy = compilePolicy({ document, revision: 1, profiles: [], ...(stage && { stage }) });
    const decision = decide(policy, { ...query, subject: { teams: memberOf } });
    expect(decision.mode).toBe(expected);
    expect(decision.effect).toBe(expected === 'enforce' ? 'refuse' : 'forward');
  });
});

describe('malformed queries', () => {
  it.each(['off', 'observe', 'enforce'] as const)('are refused in mode %s', (mode) => {
    const policy = compilePolicy({
      document: defaultPolicy({ organization: 'acme', mode }),
      revision: 1,
      profiles: [],
    });
    expect(decide(policy, {} as AccessQuery)).toMatchObject({
      reason: 'REFERENCE_INVALID',
      effect: 'refuse',
    });
  });
});

describe('the rule that is cited', () => {
  const registries = [
    { id: 'a', registry: 'm.example', allow: ['pull'], mirrorOf: { registry: 'docker.io' } },
    { id: 'b', registry: 'm.example', allow: ['pull'], mirrorOf: { registry: 'gone.example' } },
  ];
  const deny = [
    { id: 'no-hub', registry: 'docker.io' },
    { id: 'no-gone', registry: 'gone.example' },
  ];
  const query = {
    registry: 'm.example',
    action: 'pull',
    subject: { teams: [] },
    point: 'gateway',
    deeper: true,
    now: 0,
  };

  it.each([[registries], [registries.toReversed()]])('does not depend on the order of mirrors', (entries) => {
    const document = validatePolicy({ version: 1, organization: 'acme', registries: entries, deny });
    const decision = decide(
      compilePolicy({ document, revision: 1, profiles: [] }),
      query as unknown as AccessQuery,
    );
    expect(decision.ruleId).toBe('no-hub');
  });
});
