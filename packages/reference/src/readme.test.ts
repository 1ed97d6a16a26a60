import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { thrownCode } from '../test/thrown-code.ts';
import { REFERENCE_ERROR_CODES } from './error.ts';
import { matchHost, parseHostPattern } from './host-pattern.ts';
import { formatFamiliarReference, formatReference, parseReference } from './reference.ts';
import { parseRegistryHost } from './registry-host.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

describe('README', () => {
  it('shows what the code does', () => {
    const reference = parseReference('registry-1.docker.io/alpine');
    const matches = matchHost(
      parseHostPattern('*.example.com:5000'),
      parseRegistryHost('A.Example.com:5000'),
    );
    expect(readme).toContain(`formatReference(reference); // ${formatReference(reference)}\n`);
    expect(readme).toContain(
      `formatFamiliarReference(reference); // ${formatFamiliarReference(reference)}\n`,
    );
    expect(readme).toContain(`parseRegistryHost('A.Example.com:5000')); // ${matches}\n`);
  });

  it('promises refusals that happen', () => {
    const refused = ['127.1', '0x7f.1', '2130706433', '010.0.0.1', 'user:password@host', '192.168.1.256'];
    for (const host of refused) {
      expect(readme).toContain(host);
      expect(thrownCode(() => parseRegistryHost(host))).toBe('HOST_INVALID');
    }
  });

  it('names every code', () => {
    expect(REFERENCE_ERROR_CODES.filter((code) => !readme.includes(`\`${code}\``))).toEqual([]);
  });
});
