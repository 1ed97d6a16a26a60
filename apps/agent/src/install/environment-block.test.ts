import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createEnvironmentBlockEdit,
  parseEnvironmentFile,
  parseUnitEnvironment,
  toProxySettings,
  withoutBlock,
} from './environment-block.ts';

const values = { HTTPS_PROXY: 'http://127.0.0.1:7081' };
const edit = createEnvironmentBlockEdit('/etc/default/docker', values, 'shell');

describe('environment block', () => {
  it('is taken out to the very same bytes when the file ended with a line', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[ -!$-~]{0,20}$/)), (lines) => {
        const text = lines.map((line) => `${line}\n`).join('');
        expect(withoutBlock(edit.apply(text))).toBe(text);
      }),
    );
  });

  it('lets the shell see the last value, ours', () => {
    const text = edit.apply('export HTTPS_PROXY=http://old:3128\n');
    expect(text.split('\n').findLast((line) => line.includes('HTTPS_PROXY'))).toBe(
      'export HTTPS_PROXY="http://127.0.0.1:7081"',
    );
  });

  it('does not count ours among what was there', () => {
    expect(parseEnvironmentFile(edit.apply('http_proxy=http://old:3128\n'))).toEqual(
      new Map([['http_proxy', 'http://old:3128']]),
    );
  });

  it('writes no export for systemd, which knows none', () => {
    expect(createEnvironmentBlockEdit('/x', values, 'systemd').apply('')).not.toContain('export');
  });

  it.each([
    [
      '[Service]\nEnvironment="HTTP_PROXY=http://p:3128/" "NO_PROXY=localhost,.corp"\n',
      { HTTP_PROXY: 'http://p:3128/', NO_PROXY: 'localhost,.corp' },
    ],
    ['[Service]\nEnvironment=HTTPS_PROXY=http://p:1 A="b c"\n', { HTTPS_PROXY: 'http://p:1', A: 'b c' }],
    ["[Service]\nEnvironment='HTTPS_PROXY=http://p:1' \\\n  X=1\n", { HTTPS_PROXY: 'http://p:1', X: '1' }],
    ['[Service]\n# Environment=HTTPS_PROXY=http://p:1\n', {}],
  ])('reads the unit %j', (text, expected) => {
    expect(Object.fromEntries(parseUnitEnvironment(text))).toEqual(expected);
  });

  it('prefers the upper-case name, as Go does', () => {
    const variables = new Map([
      ['https_proxy', 'low'],
      ['HTTPS_PROXY', 'high'],
      ['no_proxy', 'a,b'],
    ]);
    expect(toProxySettings(variables)).toEqual({ https: 'high', no: 'a,b' });
  });
});
