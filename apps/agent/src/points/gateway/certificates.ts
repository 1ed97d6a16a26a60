/**
 * Finds the certificate that the gateway shows for a host, and what the registry itself is to be checked by. Leaves making them to
 * `agent install`, which runs as root: this process never holds the key of a CA.
 *
 *     <trustDir>/<host>[:<port>]/leaf.pem                     chain, leaf first
 *                                key.pem                      its private key
 *                                upstream-ca.pem              the registry's own CA, beside the system's
 *                                client.pem, client-key.pem   what the registry asks its clients for
 */

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
  readonly upstream: UpstreamTrust;
}

export interface Certificates {
  /** As the files are now: they may be made anew at any time. Undefined where there is none that can be used. */
  find(target: Authority): HostCertificate | undefined;
  /** Hosts with a certificate, sorted. */
  hosts(): readonly string[];
}

interface Kept {
  readonly stamp: string;
  readonly certificate: HostCertificate | undefined;
}

/** Engines speak at least this; Go refuses less since 1.18. */
export const MIN_TLS_VERSION = 'TLSv1.2';

const FILES = ['leaf.pem', 'key.pem', 'upstream-ca.pem', 'client.pem', 'client-key.pem'] as const;

export function createCertificates(trustDir: string, log: Logger): Certificates {
  const kept = new Map<string, Kept>();

  function find(target: Authority): HostCertificate | undefined {
    const host = formatAuthority(target, 443);
    const stamps = FILES.map((file) => stampOf(join(trustDir, host, file)));
    if (stamps[0] === undefined) {
      kept.delete(host);
      return undefined;
    }
    // Of all files, for they may be written one after another, and a registry's authority may change alone.
    const stamp = stamps.join(' ');
    const known = kept.get(host);
    if (known?.stamp === stamp) return known.certificate;
    const certificate = load(join(trustDir, host), host);
    kept.set(host, { stamp, certificate });
    return certificate;
  }

  function load(dir: string, host: string): HostCertificate | undefined {
    try {
      const context = createSecureContext({
        cert: readFileSync(join(dir, 'leaf.pem')),
        key: readFileSync(join(dir, 'key.pem')),
        minVersion: MIN_TLS_VERSION,
      });
      return { context, upstream: loadUpstreamTrust(dir) };
    } catch (error) {
      log.error({ err: error, registry: host }, 'the certificate of a host cannot be used');
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

/** Changes whenever the file is written anew: a rename brings another inode. */
function stampOf(path: string): string | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats && `${stats.ino}:${stats.mtimeMs}:${stats.size}`;
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
