import { expect, test } from 'vitest';
import { toSafePath } from './visit.ts';

test.each([
  ['/', '/'],
  ['/device?user_code=ABCD-EFGH', '/device?user_code=ABCD-EFGH'],
  ['', '/'],
  ['https://evil.example/', '/'],
  ['//evil.example', '/'],
  ['/\\evil.example', '/'],
  ['/\t/evil.example', '/'],
  ['\\\\evil.example', '/'],
  ['/..//evil.example', '/'],
  ['javascript:alert(1)', '/'],
  ['/%2f%2fevil.example', '/%2f%2fevil.example'],
])('next %j leads to %s', (next, path) => {
  expect(toSafePath(next, 'https://pullgate.acme.example')).toBe(path);
});
