import type { RegistryHost } from '@pullgate/reference';
import { describe, expect, it } from 'vitest';
import { formatContainerdHosts } from './containerd-hosts.ts';

const host = 'docker.io' as RegistryHost;
const own = { registry: 'a.example' as RegistryHost, insecure: false };
const prefixed = { registry: 'b.example:5000' as RegistryHost, insecure: true, prefix: 'hub' };

const format = (input: Partial<Parameters<typeof formatContainerdHosts>[0]>): readonly string[] =>
  formatContainerdHosts({
    host,
    certificatesOf: (registry) => (registry === own.registry ? ['/a.crt', '/b.crt'] : []),
    ...input,
  })
    .trim()
    .split('\n')
    .slice(1);

describe('formatContainerdHosts', () => {
  it('trusts the gateway for a registry that is inspected', () => {
    expect(format({ certificate: '/hub.crt' })).toEqual([
      'server = "https://registry-1.docker.io"',
      'ca = "/hub.crt"',
      '[host]',
    ]);
  });

  it('asks mirrors before a registry that is open', () => {
    const mirrored = { origin: host, mirrors: [own, prefixed], isOriginOpen: true };
    expect(format({ certificate: '/hub.crt', mirrored })).toEqual([
      'server = "https://registry-1.docker.io"',
      'ca = "/hub.crt"',
      '[host."https://a.example"]',
      '  capabilities = ["pull", "resolve"]',
      '  ca = ["/a.crt", "/b.crt"]',
      '[host."http://b.example:5000/v2/hub"]',
      '  capabilities = ["pull", "resolve"]',
      '  override_path = true',
    ]);
  });

  it('asks the last mirror in the place of a registry that is closed', () => {
    const mirrored = { origin: host, mirrors: [own, prefixed], isOriginOpen: false };
    expect(format({ mirrored })).toEqual([
      'server = "http://b.example:5000/v2/hub"',
      'capabilities = ["pull", "resolve"]',
      'override_path = true',
      '[host."https://a.example"]',
      '  capabilities = ["pull", "resolve"]',
      '  ca = ["/a.crt", "/b.crt"]',
    ]);
  });
});
