import { describe, expect, it } from 'vitest';
import { formatMapping, parseMapping } from './group-mapping.ts';

describe('what a group gives', () => {
  it.each([
    ['engineers=team:platform', { group: 'engineers', teams: ['platform'] }],
    [
      'CN=dev,OU=acme=team:a,team:b,role:admin',
      { group: 'CN=dev,OU=acme', teams: ['a', 'b'], role: 'admin' },
    ],
    ['admins=role:owner', { group: 'admins', role: 'owner' }],
  ])('is read from %s, and written so again', (text, mapping) => {
    expect(parseMapping(text)).toEqual(mapping);
    expect(formatMapping(parseMapping(text))).toBe(text);
  });

  it.each(['engineers', '=team:a', 'g=', 'g=owner', 'g=role:king', 'g=role:owner,role:admin'])(
    'is not %s',
    (text) => {
      expect(() => parseMapping(text)).toThrow(expect.objectContaining({ code: 'USAGE' }));
    },
  );
});
