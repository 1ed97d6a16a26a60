/** Holds a manifest until all of it is there, since only then its digest is known. Leaves judging it to query.ts. */

import type { IncomingMessage } from 'node:http';
import { MAX_MANIFEST_BYTES } from './learn.ts';
import { CallFailed } from './registry-pool.ts';

/**
 * The whole body. The hash of a compressed one would be of no use, and nobody asked for it: see `toCall` in exchange.ts.
 *
 * @param registry is named in failures
 * @throws CallFailed `response` when it is too large, compressed or cut.
 */
export function holdManifest(response: IncomingMessage, registry: string): Promise<Buffer> {
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
    response.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_MANIFEST_BYTES) fail(TOO_LARGE);
      else chunks.push(chunk);
    });
    response.once('end', () => resolve(Buffer.concat(chunks)));
    response.on('error', () => fail('was cut'));
    response.once('close', () => fail('was cut'));
  });
}

const TOO_LARGE = 'is larger than 4 MiB';
