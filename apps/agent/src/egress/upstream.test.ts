import { parseAuthority } from '@pullgate/wire';
import { describe, expect, it } from 'vitest';
import { parseNoProxy, parseUpstream, selectUpstream } from './upstream.ts';

function bypasses(noProxy: string, target: string): boolean {
  const problems: string[] = [];
  const rule = parseNoProxy(noProxy, problems);
  const parsed = parseAuthority(target);
  if (!parsed.ok || problems.length > 0) throw new Error([target, ...problems].join('; '));
  return rule(parsed.authority);
}

describe('parseNoProxy', () => {
  it.each([
    ['*', 'a.example:443'],
    ['example.com', 'example.com:443'],
    ['example.com', 'a.b.example.com:443'],
    ['EXAMPLE.com', 'A.Example.COM:443'],
    ['.example.com', 'a.example.com:443'],
    ['*.example.com', 'a.example.com:443'],
    ['example.com:5000', 'a.example.com:5000'],
    ['a, b ,example.com', 'example.com:443'],
    ['10.0.0.0/8', '10.1.2.3:443'],
    ['10.1.2.3', '10.1.2.3:443'],
    ['10.1.2.3:443', '10.1.2.3:443'],
    ['fd00::/8', '[fd12::1]:443'],
    ['fd12::1', '[fd12:0::1]:443'],
    ['[fd12::1]:443', '[fd12::1]:443'],
  ])('%s covers %s', (noProxy, target) => expect(bypasses(noProxy, target)).toBe(true));

  it.each([
    ['', 'a.example:443'],
    ['example.com', 'notexample.com:443'],
    ['example.com', 'example.com.evil.example:443'],
    ['.example.com', 'example.com:443'],
    ['example.com:5000', 'example.com:443'],
    ['10.0.0.0/8', '11.1.2.3:443'],
    ['10.0.0.0/8', 'ten.example:443'],
    ['10.1.2.3:444', '10.1.2.3:443'],
  ])('%s does not cover %s', (noProxy, target) => expect(bypasses(noProxy, target)).toBe(false));

  it.each(['10.0.0.0/33', '10.0.0.0/x', 'a b', '10.0.0.0/8/8', 'http://a'])('tells of %s', (noProxy) => {
    const problems: string[] = [];
    parseNoProxy(noProxy, problems);
    expect(problems).toHaveLength(1);
  });
});

describe('parseUpstream', () => {
  it('decodes credentials, and picks the proxy by scheme', () => {
    const problems: string[] = [];
    const config = parseUpstream(
      { https: 'http://us%3Aer:p%40ss@proxy.corp:3128', noProxy: 'direct.corp' },
      problems,
    );
    const target = { host: 'ghcr.io', kind: 'name', port: 443 } as const;
    const proxy = selectUpstream(config, 'https', target);
    expect(problems).toEqual([]);
    expect(proxy?.address).toMatchObject({ host: 'proxy.corp', port: 3128 });
    expect(proxy?.authorization).toBe(`Basic ${btoa('us:er:p@ss')}`);
    expect(selectUpstream(config, 'http', target)).toBeUndefined();
    expect(selectUpstream(config, 'https', { ...target, host: 'direct.corp' })).toBeUndefined();
  });

  it.each([
    'socks5://secret@a:1',
    'https://secret@a:1',
    'secret',
    'http://secret@a:1/path',
    'http://x:%ZZsecret@a:1',
    7,
  ])('refuses %s without repeating it', (https) => {
    const problems: string[] = [];
    parseUpstream({ https }, problems);
    expect(problems).toHaveLength(1);
    expect(problems.join()).not.toContain('secret');
  });
});
