import { describe, expect, it } from 'vitest';
import { isLoopbackHost, parseControlPlaneConfig } from './config.ts';
import { ControlPlaneError } from './errors.ts';

const base = { dataDir: '/var/lib/pullgate' };
const tls = { tlsCert: 'cert.pem', tlsKey: 'key.pem' };

/** Paths of the problems of a configuration; none when it is good. */
function troubles(input: Record<string, unknown>): string[] {
  try {
    parseControlPlaneConfig(input);
    return [];
  } catch (error) {
    if (error instanceof ControlPlaneError) return error.problems.map((problem) => problem.path);
    throw error;
  }
}

describe('parseControlPlaneConfig', () => {
  it('listens on this machine by default', () => {
    expect(parseControlPlaneConfig(base)).toEqual({
      dataDir: '/var/lib/pullgate',
      listen: { host: '127.0.0.1', port: 7080 },
      trustProxy: [],
      logLevel: 'info',
      decisionRetentionDays: 90,
    });
  });

  it('tells every problem at once', () => {
    const input = {
      listen: 'nowhere',
      publicUrl: 'ftp://x',
      logLevel: 'loud',
      tlsCert: 'c',
      trustProxy: 'x',
      decisionRetentionDays: 0,
      more: 1,
    };
    expect(troubles(input).toSorted()).toEqual(
      [
        '/dataDir',
        '/decisionRetentionDays',
        '/listen',
        '/logLevel',
        '/more',
        '/publicUrl',
        '/tlsCert',
        '/trustProxy',
      ].toSorted(),
    );
  });

  it.each<[string, Record<string, unknown>, string[]]>([
    ['loopback in the clear', { listen: 'localhost:7080' }, []],
    ['IPv6 loopback', { listen: '[::1]:7080', publicUrl: 'http://localhost:7080' }, []],
    ['every address in the clear', { listen: '0.0.0.0:7080' }, ['/listen', '/publicUrl']],
    [
      'every address, written short',
      { listen: ':7080', publicUrl: 'https://x.example' },
      ['/listen', '/publicUrl'],
    ],
    ['beyond this machine with TLS', { listen: ':443', publicUrl: 'https://x.example', ...tls }, []],
    ['beyond this machine without a public URL', { listen: ':443', ...tls }, ['/publicUrl']],
    ['a public URL in the clear', { publicUrl: 'http://x.example', trustProxy: true }, ['/publicUrl']],
    ['a public URL with nobody to serve it', { publicUrl: 'https://x.example' }, ['/publicUrl']],
    ['a proxy on this machine', { publicUrl: 'https://x.example', trustProxy: true }, []],
    ['a proxy elsewhere', { listen: ':80', publicUrl: 'https://x.example', trustProxy: ['10.0.0.0/8'] }, []],
    ['a public URL with a path', { publicUrl: 'http://localhost:1/pullgate' }, ['/publicUrl']],
    ['a port too high', { listen: 'localhost:65536' }, ['/listen']],
    ['empty text', { listen: '' }, ['/listen']],
  ])('judges %s', (_what, input, paths) => {
    expect(troubles({ ...base, ...input })).toEqual(paths);
  });
});

describe('isLoopbackHost', () => {
  it.each([
    ['localhost', true],
    ['LOCALHOST', true],
    ['127.8.8.8', true],
    ['[::1]', true],
    ['127.0.0.1.evil.example', false],
    ['0.0.0.0', false],
    ['', false],
  ])('%s: %s', (host, expected) => {
    expect(isLoopbackHost(host)).toBe(expected);
  });
});
