import { expect, it } from 'vitest';
import { parseNext } from './next.ts';

it.each([
  ['/device?user_code=ABCD2345', '/device?user_code=ABCD2345'],
  ['/', '/'],
  ['//evil.example', undefined],
  ['/\\evil.example', undefined],
  ['https://evil.example', undefined],
  ['javascript:alert(1)', undefined],
  ['/.//evil.example', undefined],
  ['/a/..//evil.example', undefined],
  ['/..//evil.example', undefined],
  ['\\\\evil.example', undefined],
  ['/%2f%2fevil.example', '/%2f%2fevil.example'],
  ['/\t/evil.example', undefined],
  ['/\r\nset-cookie: a=b', undefined],
  ['device', undefined],
  ['', undefined],
  [undefined, undefined],
])('%j leads to %j', (text, expected) => {
  expect(parseNext(text)).toBe(expected);
});
