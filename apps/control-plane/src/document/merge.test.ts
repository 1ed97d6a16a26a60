import { defaultPolicy, type PolicyDocument } from '@pullgate/policy';
import { describe, expect, it } from 'vitest';
import { formatUnit, mergeUnits } from './merge.ts';

const base = defaultPolicy({ organization: 'acme', mode: 'observe' });
const hub = base.registries[0];
const quay = { id: 'quay', registry: 'quay.io', allow: ['pull'] } as const;
const withQuay: PolicyDocument = { ...base, registries: [...base.registries, quay] };
const blocked: PolicyDocument = hub === undefined ? base : { ...base, registries: [{ ...hub, allow: [] }] };
const pullOnly: PolicyDocument =
  hub === undefined ? base : { ...base, registries: [{ ...hub, allow: ['pull'] }] };
const enforced: PolicyDocument = { ...base, mode: { default: 'enforce', teams: {} } };
const none: PolicyDocument = { ...base, registries: [] };

describe('mergeUnits', () => {
  it.each<[string, PolicyDocument, PolicyDocument, string[], string[]]>([
    ['nothing on either side', base, base, [], []],
    ['ours alone', withQuay, base, [], []],
    ['theirs alone', base, withQuay, ['/registries/quay'], []],
    ['different rules', withQuay, blocked, ['/registries/hub'], []],
    ['a rule and the mode', withQuay, enforced, ['/mode'], []],
    ['the same change twice', blocked, blocked, [], []],
    ['one rule, two ways', pullOnly, blocked, [], ['/registries/hub']],
    ['edited here, removed there', pullOnly, none, [], ['/registries/hub']],
    ['removed there', base, none, ['/registries/hub'], []],
  ])('%s', (_what, draft, published, take, conflicts) => {
    const merge = mergeUnits(base, draft, published);
    expect(merge.take.map(formatUnit)).toEqual(take);
    expect(merge.conflicts.map(formatUnit)).toEqual(conflicts);
  });
});
