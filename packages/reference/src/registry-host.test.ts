import { arbitraryRegistryHost, arbitraryRepository } from '@pullgate/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { thrownCode } from '../test/thrown-code.ts';
import { type GoodHost, loadVectors, splitVectors } from '../test/vectors.ts';
import {
  DOCKER_HUB,
  HUB_ALIASES,
  isDockerHub,
  isIpLiteral,
  parseRegistryAddress,
  parseRegistryHost,
  registryAddress,
} from './registry-host.ts';

const { good, bad } = splitVectors<GoodHost>(loadVectors('hosts'));

const crookedHost = fc
  .array(
    fc.constantFrom(
      'a',
      'Z',
      '0x',
      '1',
      '.',
      ':',
      '/',
      '[',
      ']',
      '::',
      '-',
      '_',
      '%',
      'ü',
      '。',
      '＠',
      '\u00ad',
      '443',
      ' ',
      '\ud800',
    ),
    { maxLength: 12 },
  )
  .map((pieces) => pieces.join(''));

describe('parseRegistryHost', () => {
  it.each(good)('$text is $host: $why', ({ text, host, ...options }) => {
    expect(parseRegistryHost(text, options)).toBe(host);
    expect(parseRegistryHost(host)).toBe(host);
  });

  it.each(bad)('$text is $code: $why', ({ text, code, ...options }) => {
    expect(thrownCode(() => parseRegistryHost(text, options))).toBe(code);
  });

  it('is idempotent, and throws nothing but its own error', () => {
    fc.assert(
      fc.property(crookedHost, fc.boolean(), (text, insecure) => {
        if (typeof thrownCode(() => parseRegistryHost(text, { insecure })) === 'string') return;
        const host = parseRegistryHost(text, { insecure });
        expect(parseRegistryHost(host)).toBe(host);
        expect(host).toMatch(/^(?:[a-z0-9._-]+|\[[0-9a-f:]+\])(?::[0-9]+)?$/);
      }),
      { numRuns: 5000 },
    );
  });

  it('takes any text at all without another error', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        thrownCode(() => parseRegistryHost(text));
      }),
    );
  });

  it('folds every alias of Docker Hub', () => {
    expect(HUB_ALIASES.map((alias) => parseRegistryHost(alias))).toEqual(HUB_ALIASES.map(() => DOCKER_HUB));
  });

  it('keeps credentials out of its messages', () => {
    expect(() => parseRegistryHost('me:hunter2@ghcr.io')).toThrow(/credentials cut/);
    expect(() => parseRegistryHost('me:hunter2@ghcr.io')).not.toThrow(/hunter2/);
  });
});

describe('registryAddress', () => {
  it.each([
    ['docker.io', 'docker.io', 443],
    ['a.example:80', 'a.example', 80],
    ['10.0.0.1:5000', '10.0.0.1', 5000],
    ['[::1]', '::1', 443],
    ['[::1]:5000', '::1', 5000],
  ])('of %s is %s and %i', (text, hostname, port) => {
    expect(registryAddress(parseRegistryHost(text))).toEqual({ hostname, port });
  });

  it('and parseRegistryAddress are inverse', () => {
    fc.assert(
      fc.property(arbitraryRegistryHost(), (host) => {
        expect(parseRegistryAddress(registryAddress(host))).toBe(host);
      }),
    );
  });
});

describe('parseRegistryAddress', () => {
  it('takes what a socket reports', () => {
    expect(parseRegistryAddress({ hostname: '::ffff:10.0.0.1', port: 443 })).toBe('10.0.0.1');
    expect(parseRegistryAddress({ hostname: '[::1]', port: 5000 })).toBe('[::1]:5000');
    expect(thrownCode(() => parseRegistryAddress({ hostname: 'a', port: 0 }))).toBe('PORT_INVALID');
  });
});

describe('isIpLiteral', () => {
  it.each([
    ['10.0.0.1', true],
    ['10.0.0.1:5000', true],
    ['[::1]:5000', true],
    ['a.example', false],
    ['1.example:5000', false],
  ])('%s: %s', (text, expected) => {
    expect(isIpLiteral(parseRegistryHost(text))).toBe(expected);
  });
});

describe('isDockerHub', () => {
  it('is true of docker.io on its own port alone', () => {
    expect(isDockerHub(parseRegistryHost('registry-1.docker.io'))).toBe(true);
    expect(isDockerHub(parseRegistryHost('docker.io:5000'))).toBe(false);
  });
});

describe('arbitraries', () => {
  it('meet the parser', () => {
    fc.assert(
      fc.property(arbitraryRegistryHost(), arbitraryRepository(), (host, repository) => {
        expect(parseRegistryHost(host)).toBe(host);
        expect(repository).toMatch(/^[a-z0-9]/);
      }),
    );
  });
});
