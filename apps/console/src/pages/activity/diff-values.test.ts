import { expect, it } from 'vitest';
import { diffValues } from './diff-values.ts';

it.each<[string, unknown, unknown, object[]]>([
  ['nothing', undefined, undefined, []],
  ['what stayed', { a: 1 }, { a: 1 }, []],
  ['what was added', undefined, { name: 'Zero' }, [{ field: 'name', before: undefined, after: 'Zero' }]],
  ['what was removed', { allow: [] }, undefined, [{ field: 'allow', before: 'none', after: undefined }]],
  [
    'what lies deeper',
    { mode: { default: 'observe', strict: false } },
    { mode: { default: 'enforce', strict: true } },
    [
      { field: 'mode.default', before: 'observe', after: 'enforce' },
      { field: 'mode.strict', before: 'no', after: 'yes' },
    ],
  ],
  [
    'lists',
    { allow: ['pull'], deny: [{ id: 'a' }] },
    { allow: ['pull', 'push'], deny: [{ id: 'a' }, { id: 'b' }] },
    [
      { field: 'allow', before: 'pull', after: 'pull, push' },
      { field: 'deny', before: '{"id":"a"}', after: '{"id":"a"}\n{"id":"b"}' },
    ],
  ],
  ['a plain value', 'old', 'new', [{ field: '', before: 'old', after: 'new' }]],
])('shows %s', (_, before, after, rows) => {
  expect(diffValues(before, after)).toEqual(rows);
});
