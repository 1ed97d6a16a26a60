import { execFileSync, spawnSync } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RegistryHost } from '@pullgate/reference';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toAddressBytes } from './address-bytes.ts';
import { createAuthority, issueLeaf, type TrustNames } from './certificates.ts';
import { toTrustLabel, toTrustNames } from './trust-names.ts';

const DAY_MS = 86_400_000;
const NOW = Date.now();
const VALIDITY = { notBefore: NOW - 3_600_000, notAfter: NOW + 90 * DAY_MS };
const hasOpenssl = existsSync('/usr/bin/openssl');

let dir = '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'pullgate-certificates-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

const of = (dns: readonly string[], addresses: readonly string[] = []): TrustNames => ({
  dns,
  addresses,
  excludedDns: [],
});
const make = (host: string, names = toTrustNames(host as RegistryHost)) => {
  const label = toTrustLabel(host as RegistryHost);
  const authority = createAuthority(label, toTrustNames(host as RegistryHost), VALIDITY);
  return { authority, leaf: issueLeaf(label, authority, names, VALIDITY) };
};

/** What openssl says of a leaf, strictly by RFC 5280. */
function verify(host: string, names?: TrustNames): string {
  const { authority, leaf } = make(host, names);
  const [authorityPath, leafPath] = [join(dir, 'ca.pem'), join(dir, 'leaf.pem')];
  writeFileSync(authorityPath, authority.certificate);
  writeFileSync(leafPath, leaf.chain);
  const options = ['-x509_strict', '-purpose', 'sslserver', '-CAfile', authorityPath, leafPath];
  const { stdout, stderr } = spawnSync('openssl', ['verify', ...options], { encoding: 'utf8' });
  return stdout + stderr;
}

describe('a leaf', () => {
  it('says which names it is for, until when, and is signed by its authority', () => {
    const { authority, leaf } = make('ghcr.io');
    const found = new X509Certificate(leaf.chain);
    expect(found.subjectAltName).toBe('DNS:ghcr.io');
    expect(found.ca).toBe(false);
    expect(found.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    expect(Math.round((found.validToDate.getTime() - NOW) / DAY_MS)).toBe(90);
    expect(found.verify(new X509Certificate(authority.certificate).publicKey)).toBe(true);
    expect(found.checkIssued(new X509Certificate(authority.certificate))).toBe(true);
    expect(found.checkPrivateKey(createPrivateKey(leaf.key))).toBe(true);
    expect(leaf.chain.endsWith(authority.certificate)).toBe(true);
  });

  it('of Docker Hub is for its API hosts alone', () => {
    const { leaf } = make('docker.io');
    expect(new X509Certificate(leaf.chain).subjectAltName?.split(', ').sort()).toEqual([
      'DNS:docker.io',
      'DNS:index.docker.io',
      'DNS:registry-1.docker.io',
      'DNS:registry.hub.docker.com',
    ]);
  });

  it
    .skipIf(!hasOpenssl)
    .each([
      'ghcr.io',
      'registry.acme.example:5000',
      'registry',
      'docker.io',
      '10.0.0.7:5000',
      '[2001:db8::7]:5000',
      `${'a'.repeat(63)}.${'b'.repeat(63)}.example`,
    ])('for %s is accepted by openssl', (host) => {
    expect(verify(host)).toMatch(/: OK\s*$/);
  });

  it.skipIf(!hasOpenssl).each<[string, TrustNames, string]>([
    ['ghcr.io', of(['other.example']), 'permitted subtree'],
    ['ghcr.io', of(['ghcr.io', 'other.example']), 'permitted subtree'],
    ['ghcr.io', of(['sub.ghcr.io']), 'excluded subtree'],
    ['ghcr.io', of(['notghcr.io']), 'permitted subtree'],
    ['ghcr.io', of([], ['10.0.0.7']), 'excluded subtree'],
    ['ghcr.io', of([], ['2001:db8::7']), 'excluded subtree'],
    ['docker.io', of(['auth.docker.io']), 'excluded subtree'],
    ['docker.io', of(['x.registry-1.docker.io']), 'excluded subtree'],
    ['docker.io', of(['hub.docker.com']), 'permitted subtree'],
    ['10.0.0.7:5000', of([], ['10.0.0.8']), 'permitted subtree'],
    ['10.0.0.7:5000', of([], ['2001:db8::7']), 'permitted subtree'],
    ['10.0.0.7:5000', of(['ghcr.io']), 'excluded subtree'],
    ['[2001:db8::7]:5000', of([], ['2001:db8::8']), 'permitted subtree'],
    ['[2001:db8::7]:5000', of([], ['10.0.0.7']), 'permitted subtree'],
  ])('of the authority of %s for %j is refused', (host, names, why) => {
    expect(verify(host, names)).toContain(`${why} violation`);
  });
});

describe('an authority', () => {
  it.skipIf(!hasOpenssl)('signs certificates and nothing else, under critical constraints', () => {
    const path = join(dir, 'shown.pem');
    writeFileSync(path, make('ghcr.io').authority.certificate);
    const text = execFileSync('openssl', ['x509', '-noout', '-text', '-in', path], { encoding: 'utf8' });
    const lines = text.split('\n').map((line) => line.trim());
    const after = (heading: string) => lines.slice(lines.indexOf(heading) + 1);
    expect(after('X509v3 Basic Constraints: critical')[0]).toBe('CA:TRUE, pathlen:0');
    expect(after('X509v3 Key Usage: critical')[0]).toBe('Certificate Sign');
    expect(after('X509v3 Name Constraints: critical').slice(0, 6)).toEqual([
      'Permitted:',
      'DNS:ghcr.io',
      'Excluded:',
      'DNS:.ghcr.io',
      'IP:0.0.0.0/0.0.0.0',
      'IP:0:0:0:0:0:0:0:0/0:0:0:0:0:0:0:0',
    ]);
  });

  it('is another one each time, and says so in its name', () => {
    const [one, other] = [make('ghcr.io'), make('ghcr.io')].map(
      ({ authority }) => new X509Certificate(authority.certificate),
    );
    expect(one?.subject).toContain('CN=Pullgate for ghcr.io');
    expect(one?.subject).not.toBe(other?.subject);
  });
});

describe('toAddressBytes', () => {
  it.each([
    ['10.0.0.7', '0a000007'],
    ['::', '0'.repeat(32)],
    ['::1', `${'0'.repeat(31)}1`],
    ['2001:db8::7', '20010db8000000000000000000000007'],
    ['2001:db8:1:2:3:4:5:6', '20010db8000100020003000400050006'],
    ['fe80::', `fe80${'0'.repeat(28)}`],
    ['::ffff:10.0.0.7', '00000000000000000000ffff0a000007'],
  ])('of %s', (address, hex) => {
    expect(toAddressBytes(address).toString('hex')).toBe(hex);
  });

  it('agrees with the names that Node reads in a certificate', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (address) => {
        const authority = createAuthority('x', of([], [address]), VALIDITY);
        const { chain } = issueLeaf('x', authority, of([], [address]), VALIDITY);
        expect(new X509Certificate(chain).checkIP(address)).toBe(address);
      }),
      { numRuns: 50 },
    );
  });
});
