import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRegistryList } from './registry-list.ts';

const entriesOf = (text: string) =>
  parseRegistryList(text).entries.map(({ registry, name, allowed }) => [registry, name, allowed]);

describe('a list of registries', () => {
  it.each<[string, string, unknown[]]>([
    [
      'lines',
      'quay.io\n\nghcr.io # ours\n# nothing\n',
      [
        ['quay.io', undefined, true],
        ['ghcr.io', undefined, true],
      ],
    ],
    ['a nickname behind blanks', 'quay.io  Red Hat Quay', [['quay.io', 'Red Hat Quay', true]]],
    [
      'addresses of a browser',
      'https://quay.io/repository/x\r\nHTTP://a.example:5000',
      [
        ['quay.io', undefined, true],
        ['a.example:5000', undefined, true],
      ],
    ],
    [
      'CSV with a heading',
      'Registry,Nickname\nquay.io,"Quay, ""the"" one"',
      [['quay.io', 'Quay, "the" one', true]],
    ],
    [
      'CSV that says no',
      'a.example;A;false\nb.example;B;true',
      [
        ['a.example', 'A', false],
        ['b.example', 'B', true],
      ],
    ],
    ['a table of tabs', 'a.example\tA', [['a.example', 'A', true]]],
    ['an IPv6 address', '[2001:db8::1]:5000', [['[2001:db8::1]:5000', undefined, true]]],
    [
      'a JSON list of hosts',
      '["quay.io", "ghcr.io"]',
      [
        ['quay.io', undefined, true],
        ['ghcr.io', undefined, true],
      ],
    ],
    [
      'the settings of the original',
      JSON.stringify({
        enabled: true,
        standard_registries: [{ id: 'DockerHub', allowed: true }],
        custom_registries: [{ address: 'quay.io', friendly_name: 'Quay', allowed: false }],
      }),
      [
        ['docker.io', undefined, true],
        ['quay.io', 'Quay', false],
      ],
    ],
    ['nothing', ' \n\n', []],
  ])('as %s', (_name, text, expected) => {
    expect(entriesOf(text)).toEqual(expected);
    expect(parseRegistryList(text).problems).toEqual([]);
  });

  it('says which line names no host, and reads the others', () => {
    const { entries, problems } = parseRegistryList('quay.io\n,Nobody\nhttps://\nghcr.io');
    expect(entries.map(({ registry, line }) => [registry, line])).toEqual([
      ['quay.io', 1],
      ['ghcr.io', 4],
    ]);
    expect(problems.map(({ line }) => line)).toEqual([2, 3]);
    expect(parseRegistryList('[{"name": "x"}]').problems).toHaveLength(1);
    expect(parseRegistryList('{"custom_registries": [').problems).toHaveLength(1);
  });

  it('never throws, and gives back every host that stands alone in its line', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseRegistryList(text)));
    const host = fc.domain();
    fc.assert(
      fc.property(fc.array(host), (hosts) => {
        expect(entriesOf(hosts.join('\n'))).toEqual(hosts.map((one) => [one, undefined, true]));
      }),
    );
  });

  it('takes no longer for hostile lines than for others', () => {
    const text = `${'"'.repeat(200_000)}\n${' '.repeat(200_000)}#\n${',"'.repeat(100_000)}`;
    expect(parseRegistryList(text).entries.length).toBeLessThan(4);
  });
});
