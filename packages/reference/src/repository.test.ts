import { describe, expect, it } from 'vitest';
import { thrownCode } from '../test/thrown-code.ts';
import { DOCKER_HUB, parseRegistryHost } from './registry-host.ts';
import { parseRepository, toCanonicalRepository, toFamiliarRepository } from './repository.ts';

const ghcr = parseRegistryHost('ghcr.io');

describe('parseRepository', () => {
  it('prepends nothing', () => {
    expect(parseRepository('alpine')).toBe('alpine');
  });

  it.each([
    ['', 'NAME_INVALID'],
    ['a/', 'NAME_INVALID'],
    ['a:1', 'NAME_INVALID'],
    ['A', 'REPOSITORY_UPPERCASE'],
    ['a'.repeat(256), 'NAME_TOO_LONG'],
  ])('%s is %s', (text, code) => {
    expect(thrownCode(() => parseRepository(text))).toBe(code);
  });
});

describe('toCanonicalRepository', () => {
  it.each([
    [DOCKER_HUB, 'alpine', 'library/alpine'],
    [DOCKER_HUB, 'acme/app', 'acme/app'],
    [ghcr, 'alpine', 'alpine'],
    [parseRegistryHost('docker.io:5000'), 'alpine', 'alpine'],
  ])('on %s, %s is %s', (registry, text, expected) => {
    expect(toCanonicalRepository(registry, parseRepository(text))).toBe(expected);
  });
});

describe('toFamiliarRepository', () => {
  it.each([
    [DOCKER_HUB, 'library/alpine', 'alpine'],
    [DOCKER_HUB, 'library/a/b', 'library/a/b'],
    [DOCKER_HUB, 'acme/app', 'acme/app'],
    [ghcr, 'library/alpine', 'library/alpine'],
  ])('on %s, %s is %s', (registry, text, expected) => {
    expect(toFamiliarRepository(registry, parseRepository(text))).toBe(expected);
  });
});
