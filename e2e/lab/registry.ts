/** Distribution's registry as Debian packages it, with TLS and, where asked for, token authentication. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Authority, Certificate } from './certificates.ts';
import type { Lab } from './lab.ts';
import type { LabProcess } from './process.ts';

export interface RegistryOptions {
  readonly name: string;
  readonly address: string;
  readonly certificate: Certificate;
  /** Host to which it redirects for every blob; without it, it serves them itself. */
  readonly blobHost?: string;
  /** Where tokens come from; without it the registry serves everyone. */
  readonly token?: {
    readonly realm: string;
    readonly service: string;
    readonly issuer: string;
    readonly trusted: Authority;
  };
}

/** Where a registry keeps its blobs: what stands in the path of its redirects begins here. */
export const toDataDir = (lab: Lab, name: string): string => join(lab.dir, name, 'data');

/** Starts a registry on port 443 of its address. Its output is its access log: one line per request. */
export function startRegistry(lab: Lab, options: RegistryOptions): Promise<LabProcess> {
  const dir = join(lab.dir, options.name);
  mkdirSync(join(dir, 'data'), { recursive: true });
  const configPath = join(dir, 'config.yml');
  writeFileSync(configPath, stringify(toConfig(dir, options)));
  return lab.start(options.name, ['docker-registry', 'serve', configPath], /listening on/);
}

function toConfig(dir: string, { address, blobHost, certificate, token }: RegistryOptions): object {
  return {
    version: 0.1,
    log: { level: 'info' },
    storage: { filesystem: { rootdirectory: join(dir, 'data') }, delete: { enabled: true } },
    http: {
      addr: `${address}:443`,
      secret: 'laboratory',
      tls: { certificate: certificate.certificatePath, key: certificate.keyPath },
    },
    ...(blobHost !== undefined && {
      middleware: { storage: [{ name: 'redirect', options: { baseurl: `https://${blobHost}` } }] },
    }),
    ...(token && {
      auth: {
        token: {
          realm: token.realm,
          service: token.service,
          issuer: token.issuer,
          rootcertbundle: token.trusted.certificatePath,
        },
      },
    }),
  };
}
