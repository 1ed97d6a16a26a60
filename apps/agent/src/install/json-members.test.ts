import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonSyntaxError, parseJsonMembers, removeMember, setMember } from './json-members.ts';

const spaces = fc.stringMatching(/^[ \t\r\n]{0,4}$/);

/** Objects as people and programs write them: any indentation, any key but the one that is put in. */
const objectText = fc
  .record({
    value: fc.dictionary(
      fc.string().filter((key) => key !== 'proxies' && key !== '__proto__'),
      fc.jsonValue(),
    ),
    indent: fc.constantFrom('', '  ', '    ', '\t'),
    before: spaces,
    after: spaces,
  })
  .map(({ value, indent, before, after }) => `${before}${JSON.stringify(value, null, indent)}${after}`);

describe('json members', () => {
  it('finds what JSON.parse finds', () => {
    fc.assert(
      fc.property(objectText, (text) => {
        const { members } = parseJsonMembers(text);
        const found = Object.fromEntries(
          members.map(({ key, valueStart, valueEnd }) => [key, JSON.parse(text.slice(valueStart, valueEnd))]),
        );
        expect(found).toEqual(JSON.parse(text));
      }),
    );
  });

  it('puts a member in that JSON.parse reads, and takes it out to the very same bytes', () => {
    fc.assert(
      fc.property(objectText, fc.jsonValue(), (text, value) => {
        const put = setMember(parseJsonMembers(text), 'proxies', value);
        expect(JSON.parse(put)).toEqual({ ...JSON.parse(text), proxies: JSON.parse(JSON.stringify(value)) });
        const object = parseJsonMembers(text);
        const taken = removeMember(parseJsonMembers(put), 'proxies');
        if (object.members.length > 0) expect(taken).toBe(text);
        else expect(JSON.parse(taken)).toEqual({});
      }),
    );
  });

  it('refuses what JSON.parse refuses, and says where', () => {
    fc.assert(
      fc.property(
        objectText,
        fc.nat(),
        fc.constantFrom('', '"', '}', ',', ':', 'x', '\\'),
        (text, at, sign) => {
          const position = at % (text.length + 1);
          const broken = text.slice(0, position) + sign + text.slice(position + 1);
          let isJson = true;
          try {
            const value: unknown = JSON.parse(broken);
            isJson = typeof value === 'object' && value !== null && !Array.isArray(value);
          } catch {
            isJson = false;
          }
          if (isJson) parseJsonMembers(broken);
          else expect(() => parseJsonMembers(broken)).toThrow(JsonSyntaxError);
        },
      ),
    );
  });

  it('refuses to nest without end', () => {
    const deep = `{"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}`;
    expect(() => parseJsonMembers(deep)).toThrow(JsonSyntaxError);
  });

  it.each([
    ['{}', '{\n  "proxies": 1\n}'],
    ['{"a":1}', '{"a":1, "proxies": 1}'],
    ['{\r\n\t"a": 1\r\n}\r\n', '{\r\n\t"a": 1,\r\n\t"proxies": 1\r\n}\r\n'],
    ['{ "proxies": {"x": 1}, "b": 2 }', '{ "proxies": 1, "b": 2 }'],
  ])('keeps the format of %j', (before, after) => {
    expect(setMember(parseJsonMembers(before), 'proxies', 1)).toBe(after);
  });
});
