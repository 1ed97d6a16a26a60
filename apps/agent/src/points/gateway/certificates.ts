/**
 * Finds the certificate that the gateway shows for a host, and what the registry itself is to be checked by. Leaves making them to
 * `agent install`, which runs as root: this process never holds the key of a CA.
 *
 *     <trustDir>/<host>[:<port>]/leaf.pem                     chain, leaf first
 *                                key.pem                      its private key
 *                                upstream-ca.pem              the registry's own CA, beside the system's
 *                                client.pem, client-key.pem   what the registry asks its clients for
 */

import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createSecureContext, type SecureContext } from 'node:tls';
import { type Authority, formatAuthority } from '@pullgate/wire';
import type { Logger } from 'pino';

/** What the registry behind a host is verified by, and shown. PEM. */
export interface UpstreamTrust {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

export interface HostCertificate {
  readonly context: SecureContext;
  /** What the context was made of. */
  readonly pem: { readonly cert: string; readonly key: string };
  /** As the files are now, for the next request of a tunnel that may have been open for long. */
  upstream(): UpstreamTrust;
}

export interface Certificates {
  /** As the files are now: they may be made anew at any time. Undefined where there is none that can be used. */
  find(target: Authority): HostCertificate | undefined;
  /** Hosts with a certificate, sorted. */
  hosts(): readonly string[];
}

interface Kept {
  readonly stamp: string;
  readonly certificate: Loaded | undefined;
  readonly isExpired: boolean;
}

interface Loaded extends HostCertificate {
  readonly trust: UpstreamTrust;
  /** Of the leaf; milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** Engines speak at least this; Go refuses less since 1.18. */
export const MIN_TLS_VERSION = 'TLSv1.2';

const INSTALL_HINT = 'sudo pullgate agent install --only trust';

const FILES = ['leaf.pem', 'key.pem', 'upstream-ca.pem', 'client.pem', 'client-key.pem'] as const;

/** @param now milliseconds since the epoch */
export function createCertificates(trustDir: string, log: Logger, now: () => number): Certificates {
  const kept = new Map<string, Kept>();

  function find(target: Authority): Loaded | undefined {
    const host = formatAuthority(target, 443);
    const stamps = FILES.map((file) => stampOf(join(trustDir, host, file)));
    if (stamps[0] === undefined) {
      kept.delete(host);
      return undefined;
    }
    // Of all files, for they may be written one after another, and a registry's authority may change alone.
    const stamp = stamps.join(' ');
    const known = kept.get(host);
    const isKnown = known?.stamp === stamp;
    const certificate = isKnown ? known.certificate : load(target, host);
    const isExpired = certificate !== undefined && certificate.expiresAt <= now();
    if (isExpired && !(isKnown && known.isExpired))
      log.error({ registry: host, hint: INSTALL_HINT }, 'the certificate of a host has expired');
    kept.set(host, { stamp, certificate, isExpired });
    return isExpired ? undefined : certificate;
  }

  function load(target: Authority, host: string): Loaded | undefined {
    const dir = join(trustDir, host);
    try {
      const cert = readFileSync(join(dir, 'leaf.pem'), 'utf8');
      const key = readFileSync(join(dir, 'key.pem'), 'utf8');
      const context = createSecureContext({ cert, key, minVersion: MIN_TLS_VERSION });
      const trust = loadUpstreamTrust(dir);
      const expiresAt = new X509Certificate(cert).validToDate.getTime();
      return { context, pem: { cert, key }, trust, upstream: () => find(target)?.trust ?? trust, expiresAt };
    } catch (error) {
      log.error(
        { err: error, registry: host, hint: INSTALL_HINT },
        'the certificate of a host cannot be used',
      );
      return undefined;
    }
  }

  function hosts(): readonly string[] {
    try {
      const names = readdirSync(trustDir);
      return names.filter((name) => stampOf(join(trustDir, name, 'leaf.pem')) !== undefined).sort();
    } catch {
      return [];
    }
  }
  return { find, hosts };
}

/** Changes whenever the file is written anew: a rename brings another inode. Undefined as well for what this process may not look at. */
function stampOf(path: string): string | undefined {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats && `${stats.ino}:${stats.mtimeMs}:${stats.size}`;
  } catch {
    return undefined;
  }
}

function loadUpstreamTrust(dir: string): UpstreamTrust {
  const [ca, cert, key] = ['upstream-ca.pem', 'client.pem', 'client-key.pem'].map((name) =>
    readIfThere(join(dir, name)),
  );
  return { ...(ca && { ca }), ...(cert && key && { cert, key }) };
}

function readIfThere(path: string): string | undefined {
  return stampOf(path) === undefined ? undefined : readFileSync(path, 'utf8');
}
