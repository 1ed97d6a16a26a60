import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseProxyConfig } from './config.ts';

const readme = readFileSync(new URL('README.md', import.meta.url), 'utf8');

describe('parseProxyConfig', () => {
  it('has a default for everything', () => {
    expect(parseProxyConfig({})).toMatchObject({
      listen: { host: '127.0.0.1', port: 7081 },
      headTimeoutMs: 10_000,
    });
    expect(parseProxyConfig({ listen: '[::1]:0' }).listen).toEqual({ host: '::1', port: 0 });
  });

  it('tells every problem at once, with its path', () => {
    const wrong = {
      listen: 'nowhere',
      upstream: { https: 'x', ftp: 'y' },
      maxConnections: 0,
      headTimeoutMs: '1',
      other: 1,
    };
    try {
      parseProxyConfig(wrong);
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
      for (const path of [
        'listen:',
        'upstream.https:',
        'upstream.ftp:',
        'maxConnections:',
        'headTimeoutMs:',
        '"other":',
      ]) {
        expect(String(error)).toContain(path);
      }
    }
    for (const value of [null, [], 'x']) expect(() => parseProxyConfig(value)).toThrow(/expected an object/);
  });

  it('is what the README says: the same keys, the same defaults, examples that parse', () => {
    const rows = [...readme.matchAll(/^\| `([A-Za-z.]+)` *\| `?([^|`]+)`? *\|/gm)].map(([, key, value]) => [
      key,
      value?.trim(),
    ]);
    const { listen, upstream: _upstream, ...numbers } = parseProxyConfig({});
    const expected = [
      ['listen', `${listen.host}:${listen.port}`],
      ['controlPlane', 'none'],
      ...['https', 'http', 'noProxy'].map((key) => [`upstream.${key}`, 'none']),
      ...Object.entries(numbers).map(([key, value]) => [key, String(value)]),
    ];
    expect(rows.toSorted()).toEqual(expected.toSorted());
    const examples = [...readme.matchAll(/```json\n([\s\S]*?)```/g)];
    expect(examples.length).toBeGreaterThan(0);
    for (const [, text = ''] of examples) expect(() => parseProxyConfig(JSON.parse(text))).not.toThrow();
  });
});
