/** One TLS session over a socket of the network: handshake, records in and out. Leaves what the bytes are to tls-inward.ts and tls-outward.ts. */

import type { Openssl, Pointer } from './openssl.ts';
import { SHUT_WR, type Syscalls } from './syscalls.ts';
import type { OpenMessage, TlsFailure } from './tls-messages.ts';
import { toVerifyFailure } from './tls-verify.ts';

export interface TlsNetwork {
  /** Goes on with the handshake, as far as it can. */
  shakeHands(): 'blocked' | 'done' | TlsFailure;
  /** Up to four records, good until the next call for any connection; none when they are not there yet, or at the end. */
  read(max: number): Uint8Array;
  /** How many were taken; all, once the other side takes nothing more. */
  write(bytes: Uint8Array): number;
  /** Says that nothing more comes. */
  sayFarewell(): void;
  /** The other side sent its last byte. */
  readonly hasEnded: boolean;
  /** Why it ended, unless in order. */
  readonly failure: TlsFailure | undefined;
  /** The other side takes nothing more. */
  readonly isDeaf: boolean;
  free(): void;
}

/** Four records, so that they travel in one call. Shared by all connections: each leaves nothing in it. */
export const SCRATCH_BYTES = 64 * 1024;
const RECORD_BYTES = 16 * 1024;
const inward = new Uint8Array(SCRATCH_BYTES);

export function createTlsNetwork(
  { calls, openssl, context }: { calls: Syscalls; openssl: Openssl; context: Pointer },
  { socket, role, host, hostKind }: OpenMessage,
): TlsNetwork {
  const ssl = openssl.create(context, socket, role);
  let hasEnded = false;
  let isDeaf = false;
  let failure: TlsFailure | undefined;
  if (role === 'client' && !openssl.expect(ssl, host, hostKind))
    failure = { name: 'ERR_TLS_NAME', message: 'no name that a certificate can have' };

  function toFailure(): TlsFailure {
    const error = openssl.takeError();
    const verify = role === 'client' ? openssl.verifyResult(ssl) : 0;
    if (verify !== 0) return toVerifyFailure(verify);
    return error ?? { name: 'ECONNRESET', message: 'the connection was closed' };
  }

  function checkName(): 'done' | TlsFailure {
    const name = role === 'server' ? openssl.serverName(ssl) : null;
    if (name === null || name.toLowerCase().replace(/\.$/, '') === host) return 'done';
    return { name: 'ERR_TLS_SERVERNAME', message: 'the handshake names another host than the tunnel' };
  }

  /** Notes an end or a failure; whoever reads is told behind the bytes. */
  function readRecord(into: Uint8Array, space: number): number {
    const count = openssl.read(ssl, into, space);
    if (count > 0) return count;
    const outcome = openssl.outcome(ssl, count);
    if (outcome === 'blocked') return 0;
    hasEnded = true;
    if (outcome === 'failed') failure = toFailure();
    return 0;
  }

  return {
    shakeHands() {
      if (failure !== undefined) return failure;
      const result = openssl.handshake(ssl);
      if (result === 1) return checkName();
      return openssl.outcome(ssl, result) === 'blocked' ? 'blocked' : toFailure();
    },
    read(max) {
      let size = 0;
      while (size + RECORD_BYTES <= Math.min(max, SCRATCH_BYTES) || (size === 0 && max > 0)) {
        const into = size === 0 ? inward : inward.subarray(size);
        const count = readRecord(into, Math.min(RECORD_BYTES, max - size));
        if (count === 0) break;
        size += count;
      }
      return inward.subarray(0, size);
    },
    write(bytes) {
      let done = 0;
      while (done < bytes.length && !isDeaf) {
        const count = openssl.write(ssl, done === 0 ? bytes : bytes.subarray(done), bytes.length - done);
        if (count > 0) done += count;
        else if (openssl.outcome(ssl, count) === 'blocked') break;
        else {
          openssl.takeError();
          isDeaf = true;
        }
      }
      return isDeaf ? bytes.length : done;
    },
    sayFarewell() {
      if (!isDeaf) openssl.shutdown(ssl);
      openssl.takeError();
      calls.shutdown(socket, SHUT_WR);
    },
    get hasEnded() {
      return hasEnded;
    },
    get failure() {
      return failure;
    },
    get isDeaf() {
      return isDeaf;
    },
    free() {
      openssl.free(ssl);
      openssl.takeError();
    },
  };
}
