/** Keeps what connections to registries are verified by, read once: parsing all authorities of a machine takes longer than a handshake. */

import { createSecureContext, type SecureContext } from 'node:tls';
import { MIN_TLS_VERSION, type UpstreamTrust } from './certificates.ts';
import type { SystemRoots } from './system-roots.ts';

/** One set of authorities and client certificate; the same object as long as nothing changed. */
export interface ClientContext {
  readonly pem: {
    readonly ca: readonly string[];
    readonly cert?: string | undefined;
    readonly key?: string | undefined;
  };
  /** @throws what OpenSSL says of a certificate or a key that cannot be used */
  secure(): SecureContext;
}

export type ClientContexts = (trust: UpstreamTrust) => ClientContext;

/** Registries with authorities or client certificates of their own; made anew beyond that. */
const MAX_CONTEXTS = 64;

/** Anew whenever the machine's authorities have changed. */
export function createClientContexts(roots: SystemRoots): ClientContexts {
  let current: readonly string[] = [];
  const contexts = new Map<string, ClientContext>();
  return ({ ca, cert, key }) => {
    const latest = roots();
    if (latest !== current || contexts.size >= MAX_CONTEXTS) contexts.clear();
    current = latest;
    const name = JSON.stringify([ca, cert, key]);
    const known = contexts.get(name);
    if (known !== undefined) return known;
    const context = createContext({ ca: [...latest, ...(ca === undefined ? [] : [ca])], cert, key });
    contexts.set(name, context);
    return context;
  };
}

function createContext(pem: ClientContext['pem']): ClientContext {
  let secure: SecureContext | undefined;
  return {
    pem,
    secure() {
      const { ca, cert, key } = pem;
      secure ??= createSecureContext({
        ca: [...ca],
        ...(cert !== undefined && { cert, key }),
        minVersion: MIN_TLS_VERSION,
      });
      return secure;
    },
  };
}
