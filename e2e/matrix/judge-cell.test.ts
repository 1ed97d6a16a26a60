/** That the matrix can fail: what is wrong with a cell is found, whatever it is. */

import type { DecisionItem } from '@pullgate/protocol';
import { describe, expect, it } from 'vitest';
import { ALLOWED } from '../lab/names.ts';
import type { Engine } from './engines.ts';
import { judgeCell } from './judge-cell.ts';
import type { Seen } from './run-cell.ts';

const SENTENCE = `acme does not allow push to ${ALLOWED}/readonly/push (rule readonly allows pull, r2). Ask.`;

const ENGINE: Engine = {
  id: 'engine',
  title: 'Engine',
  machine: 'host',
  version: { argv: [], pattern: /./ },
  verbs: {},
};

const DENIED: Seen = {
  cell: {
    verb: 'push',
    ruling: 'action',
    target: { registry: ALLOWED, repository: 'readonly/push', tag: '1' },
  },
  argv: ['engine', 'push'],
  outcome: {
    code: 1,
    stdout: '',
    stderr: `denied:\n${SENTENCE}\n`,
    output: `denied:\n${SENTENCE}\n`,
  },
  requests: [],
  startedAt: 1000,
  endedAt: 2000,
};

const RECORD: DecisionItem = {
  id: 'a',
  at: 1500,
  receivedAt: 1600,
  machine: { id: 'm', name: 'machine' },
  log: 'l',
  seq: 1,
  point: 'gateway',
  depth: 'full',
  verdict: 'deny',
  effect: 'refuse',
  mode: 'enforce',
  reason: 'ACTION_NOT_ALLOWED',
  revision: 2,
  registry: ALLOWED,
  repository: 'readonly/push',
  action: 'push',
  message: SENTENCE,
  count: 1,
};

const problemsOf = (seen: Seen, record: Partial<DecisionItem> = {}, engine = ENGINE) =>
  judgeCell(engine, seen, [{ ...RECORD, ...record }]).problems;

describe('a denied cell', () => {
  it('is right when the person reads the sentence and the owner has the record', () => {
    expect(problemsOf(DENIED)).toEqual([]);
  });

  it.each<[string, Partial<DecisionItem>]>([
    ['of another point', { point: 'proxy' }],
    ['with another reason', { reason: 'REPOSITORY_NOT_ALLOWED' }],
    ['of another action', { action: 'delete' }],
    ['of another repository', { repository: 'team/push' }],
    ['of another tag', { tag: '2' }],
    ['of another registry', { registry: 'other.example' }],
    ['that only observes', { effect: 'forward' }],
    ['of another time', { at: 2500 }],
  ])('is wrong with a record %s', (_, record) => {
    expect(problemsOf(DENIED, record).join()).toContain('has no fitting record');
  });

  it.each<[string, Partial<Seen>]>([
    ['ended with 0', { outcome: { ...DENIED.outcome, code: 0 } }],
    ['hides the sentence', { outcome: { ...DENIED.outcome, output: 'denied: 403 Forbidden' } }],
    ['changed the registry', { requests: ['PUT /v2/readonly/push/manifests/1 201'] }],
  ])('is wrong when it %s', (problem, seen) => {
    expect(problemsOf({ ...DENIED, ...seen })).toEqual([problem]);
  });

  it('is right when tags deny and only what has no tag was put', () => {
    const target = { ...DENIED.cell.target, repository: 'tagged/push', tag: 'old' };
    const tagged: Seen = { ...DENIED, cell: { ...DENIED.cell, ruling: 'tag', target } };
    const record = { reason: 'TAG_NOT_ALLOWED', repository: 'tagged/push', tag: 'old' };
    const put = (reference: string) => ({
      ...tagged,
      requests: [`PUT /v2/tagged/push/manifests/${reference} 201`],
    });
    expect(problemsOf(put('sha256:ab'), record)).toEqual([]);
    expect(problemsOf(put('old'), record)).toEqual(['changed the registry']);
  });

  it('is wrong when an engine shows what it is said to hide', () => {
    expect(problemsOf(DENIED, {}, { ...ENGINE, hides: ['push action'] })).toEqual([
      'shows the sentence after all',
    ]);
  });
});

describe('an allowed cell', () => {
  const allowed: Seen = {
    ...DENIED,
    cell: {
      verb: 'mount',
      ruling: 'allowed',
      target: { registry: ALLOWED, repository: 'team/mount-1.2', tag: '1' },
    },
    outcome: { code: 0, stdout: '', stderr: '', output: 'done' },
    requests: ['POST /v2/team/mount-1.2/blobs/uploads/?from=team%2Fother&mount=sha256%3Aab 201'],
  };
  const record = { verdict: 'allow', effect: 'forward', repository: 'team/mount-1.2' } as const;

  it('is right when it did what it says', () => {
    expect(problemsOf(allowed, record)).toEqual([]);
  });

  it.each<[string, Partial<Seen>, Partial<DecisionItem>]>([
    ['ended with 3', { outcome: { ...allowed.outcome, code: 3 } }, {}],
    ['shows a sentence', { outcome: { ...allowed.outcome, output: SENTENCE } }, {}],
    ['has no record of the gateway', {}, { point: 'proxy' }],
    ['sent no request', { requests: ['POST /v2/team/mount-1.2/blobs/uploads/ 202'] }, {}],
    ['sent no request', { requests: [allowed.requests[0]?.replace('1.2', '1x2') ?? ''] }, {}],
  ])('is wrong when it %s', (problem, seen, change) => {
    expect(problemsOf({ ...allowed, ...seen }, { ...record, ...change }).join()).toContain(problem);
  });
});
