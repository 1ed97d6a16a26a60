/** The laboratory's certificate authority and the certificates it signs, made anew for every laboratory by openssl. */

import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Certificate {
  readonly certificatePath: string;
  readonly keyPath: string;
}

export interface Authority extends Certificate {
  readonly dir: string;
  readonly pem: string;
}

/** Makes a certificate authority in `dir`, valid for two days: no test runs longer. */
export function createAuthority(dir: string): Authority {
  mkdirSync(dir, { recursive: true });
  const certificatePath = join(dir, 'ca.crt');
  const keyPath = join(dir, 'ca.key');
  openssl(
    ['req', '-x509', '-nodes', '-days', '2', ...NEW_KEY, '-subj', '/CN=Pullgate laboratory'],
    ['-keyout', keyPath, '-out', certificatePath],
  );
  return { dir, certificatePath, keyPath, pem: readFileSync(certificatePath, 'utf8') };
}

/** Makes a key and a certificate for server names, signed by the authority; the first name also names the files. */
export function issueCertificate(authority: Authority, names: readonly [string, ...string[]]): Certificate {
  const base = join(authority.dir, names[0]);
  const [certificatePath, keyPath, requestPath] = [`${base}.crt`, `${base}.key`, `${base}.csr`];
  writeFileSync(`${base}.ext`, `subjectAltName=${names.map((name) => `DNS:${name}`).join(',')}\n`);
  openssl(
    ['req', '-new', '-nodes', ...NEW_KEY, '-subj', `/CN=${names[0]}`],
    ['-keyout', keyPath, '-out', requestPath],
  );
  openssl(
    ['x509', '-req', '-days', '2', '-in', requestPath, '-extfile', `${base}.ext`],
    [
      '-CA',
      authority.certificatePath,
      '-CAkey',
      authority.keyPath,
      '-CAcreateserial',
      '-out',
      certificatePath,
    ],
  );
  return { certificatePath, keyPath };
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];

function openssl(...parts: readonly (readonly string[])[]): void {
  execFileSync('openssl', parts.flat(), { stdio: ['ignore', 'ignore', 'pipe'] });
}
