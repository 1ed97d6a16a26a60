/** Holds a manifest until all of it is there, since only then its digest is known. Leaves judging it to query.ts. */

import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Digest } from '@pullgate/reference';
import { CallFailed } from './registry-pool.ts';

/** What containerd, docker and podman accept at most; the specification asks registries for as much. */
const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;

/** What all manifests that are just coming may still take of memory. */
export interface HeldBytes {
  left: number;
}

/** Manifests have some kilobytes: who attacks is a registry, or a client, that lets thousands of large ones come slowly, a byte at a time. */
const MAX_HELD_BYTES = 64 * 1024 * 1024;
/** Of memory, for each piece beside its bytes. */
const PIECE_BYTES = 256;

export function createHeldBytes(): HeldBytes {
  return { left: MAX_HELD_BYTES };
}

type Trouble = 'large' | 'compressed' | 'crowded' | 'cut';

const TROUBLES: Readonly<Record<Trouble, { readonly words: string; readonly status: number }>> = {
  large: { words: 'is larger than 4 MiB', status: 413 },
  compressed: { words: 'is compressed', status: 415 },
  crowded: { words: 'has no room beside those that come at the same time', status: 503 },
  cut: { words: 'was cut', status: 400 },
};

/** Of the bytes alone, as registries name what is put without a digest. */
export function digestOf(manifest: Buffer): Digest {
  return `sha256:${createHash('sha256').update(manifest).digest('hex')}` as Digest;
}

/**
 * The whole body of an answer. The hash of a compressed one would be of no use, and nobody asked for it: see `toCall` in exchange.ts.
 *
 * @param registry is named in failures
 * @throws CallFailed `response` when it is too large, compressed or cut.
 */
export function holdManifest(response: IncomingMessage, registry: string, held: HeldBytes): Promise<Buffer> {
  const fail = (trouble: Trouble): CallFailed => {
    response.destroy();
    return new CallFailed('response', 502, `the manifest from ${registry} ${TROUBLES[trouble].words}`);
  };
  return hold(response, { held, fail, until: response });
}

/**
 * The whole body of a manifest that a client puts; it counts as held until the client has its answer.
 *
 * @param onWanted runs when nothing speaks against the body by its head
 * @throws CallFailed `request` when it is too large, compressed or cut.
 */
export function holdPut(
  { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
  registry: string,
  held: HeldBytes,
  onWanted: () => void,
): Promise<Buffer> {
  const fail = (trouble: Trouble): CallFailed => {
    const { words, status } = TROUBLES[trouble];
    return new CallFailed('request', status, `the manifest for ${registry} ${words}`);
  };
  return hold(request, { held, fail, until: response, onWanted });
}

interface Holding {
  readonly held: HeldBytes;
  readonly fail: (trouble: Trouble) => CallFailed;
  /** Its bytes count as held until this closes. */
  readonly until: IncomingMessage | ServerResponse;
  readonly onWanted?: () => void;
}

function hold(message: IncomingMessage, { held, fail, until, onWanted }: Holding): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const trouble = troubleOfHead(message);
    if (trouble !== undefined) return reject(fail(trouble));
    const chunks: Buffer[] = [];
    let size = 0;
    let taken = 0;
    const stop = (found: Trouble): void => {
      message.off('data', take);
      chunks.length = 0;
      reject(fail(found));
    };
    const take = (chunk: Buffer): void => {
      size += chunk.length;
      taken += chunk.length + PIECE_BYTES;
      held.left -= chunk.length + PIECE_BYTES;
      if (size > MAX_MANIFEST_BYTES) stop('large');
      else if (held.left < 0) stop('crowded');
      else chunks.push(chunk);
    };
    until.once('close', () => {
      held.left += taken;
    });
    message.on('data', take);
    message.once('end', () => resolve(Buffer.concat(chunks)));
    message.on('error', () => stop('cut'));
    message.once('close', () => stop('cut'));
    onWanted?.();
  });
}

function troubleOfHead({ headers, destroyed }: IncomingMessage): Trouble | undefined {
  if (destroyed) return 'cut';
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') return 'compressed';
  return Number(headers['content-length'] ?? 0) > MAX_MANIFEST_BYTES ? 'large' : undefined;
}
