/** Holds a manifest until all of it is there, since only then its digest is known. Leaves judging it to query.ts. */

import type { IncomingMessage } from 'node:http';
import { CallFailed } from './registry-pool.ts';

/** What containerd, docker and podman accept at most; the specification asks registries for as much. */
const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;

/** What all manifests that are just coming may still take of memory. */
export interface HeldBytes {
  left: number;
}

/** Manifests have some kilobytes: who attacks is a registry that lets thousands of large ones come slowly, a byte at a time. */
const MAX_HELD_BYTES = 64 * 1024 * 1024;
/** Of memory, for each piece beside its bytes. */
const PIECE_BYTES = 256;

export function createHeldBytes(): HeldBytes {
  return { left: MAX_HELD_BYTES };
}

/**
 * The whole body. The hash of a compressed one would be of no use, and nobody asked for it: see `toCall` in exchange.ts.
 *
 * @param registry is named in failures
 * @throws CallFailed `response` when it is too large, compressed or cut.
 */
export function holdManifest(response: IncomingMessage, registry: string, held: HeldBytes): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const fail = (what: string): void => {
      response.destroy();
      reject(new CallFailed('response', 502, `the manifest from ${registry} ${what}`));
    };
    const coding = response.headers['content-encoding'] ?? 'identity';
    if (coding !== 'identity') return fail('is compressed');
    if (Number(response.headers['content-length'] ?? 0) > MAX_MANIFEST_BYTES) return fail(TOO_LARGE);
    const chunks: Buffer[] = [];
    let size = 0;
    let taken = 0;
    response.once('close', () => {
      held.left += taken;
    });
    response.on('data', (chunk: Buffer) => {
      size += chunk.length;
      taken += chunk.length + PIECE_BYTES;
      held.left -= chunk.length + PIECE_BYTES;
      if (size > MAX_MANIFEST_BYTES) fail(TOO_LARGE);
      else if (held.left < 0) fail('has no room beside those that come at the same time');
      else chunks.push(chunk);
    });
    response.once('end', () => resolve(Buffer.concat(chunks)));
    response.on('error', () => fail('was cut'));
    response.once('close', () => fail('was cut'));
  });
}

const TOO_LARGE = 'is larger than 4 MiB';
