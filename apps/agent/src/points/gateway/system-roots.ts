/** The certificate authorities of the machine, found where Go's engines find them (crypto/x509, root_linux.go). Leaves verifying to TLS. */

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The first that is there counts. */
const FILES = [
  '/etc/ssl/certs/ca-certificates.crt', // Debian, Ubuntu, Arch, Gentoo
  '/etc/pki/tls/certs/ca-bundle.crt', // Fedora, RHEL 6
  '/etc/ssl/ca-bundle.pem', // openSUSE
  '/etc/pki/tls/cacert.pem', // OpenELEC
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem', // CentOS, RHEL 7
  '/etc/ssl/cert.pem', // Alpine
];

/** Looked into only when there is no file. */
const DIRECTORIES = ['/etc/ssl/certs', '/etc/pki/tls/certs'];

/** Gives the authorities as PEM, read again when their file has changed, so that an update needs no restart. */
export type SystemRoots = () => readonly string[];

/** @param root `/` outside tests */
export function createSystemRoots(root = '/'): SystemRoots {
  let stamp = '';
  let roots: readonly string[] = [];
  return () => {
    const path = FILES.map((file) => join(root, file)).find((file) => mtimeOf(file) !== undefined);
    const seen = path === undefined ? 'directories' : `${path}:${mtimeOf(path)}`;
    if (seen !== stamp) {
      roots = path === undefined ? loadDirectories(root) : splitPem(readFileSync(path, 'utf8'));
      stamp = seen;
    }
    return roots;
  };
}

function mtimeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}

function loadDirectories(root: string): readonly string[] {
  return DIRECTORIES.map((directory) => join(root, directory))
    .filter((directory) => mtimeOf(directory) !== undefined)
    .flatMap((directory) => readdirSync(directory).map((name) => join(directory, name)))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true)
    .flatMap((path) => splitPem(readFileSync(path, 'utf8')));
}

function splitPem(text: string): readonly string[] {
  return text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
}
