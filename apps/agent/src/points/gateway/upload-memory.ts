/**
 * Remembers where registries told clients to upload to. A `Location` is opaque: its path need not look like an upload of the
 * specification, and it may lead to another host, which the client could not be let to reach by itself. Leaves judging to query.ts.
 */

import { randomBytes } from 'node:crypto';
import type { Repository } from '@pullgate/reference';

export interface KnownUpload {
  readonly repository: Repository;
  /** Where it really leads, when that is not the path on the registry itself. */
  readonly url?: URL;
}

export interface UploadMemory {
  /** `registry` is the authority that the client talks to. */
  find(registry: string, path: string): KnownUpload | undefined;
  /** A path on the registry itself. */
  learn(registry: string, path: string, repository: Repository): void;
  /** A path that stands for another host's URL from now on. */
  standIn(registry: string, url: URL, repository: Repository): string;
}

/** Registries forget uploads after a day at the latest; a machine has a few at once. */
const MAX_UPLOADS = 10_000;

export function createUploadMemory(): UploadMemory {
  const uploads = new Map<string, KnownUpload>();
  const keyOf = (registry: string, path: string): string => `${registry} ${path}`;
  const keep = (key: string, upload: KnownUpload): void => {
    uploads.delete(key);
    uploads.set(key, upload);
    const [oldest] = uploads.keys();
    if (uploads.size > MAX_UPLOADS && oldest !== undefined) uploads.delete(oldest);
  };
  return {
    find: (registry, path) => uploads.get(keyOf(registry, path)),
    learn: (registry, path, repository) => keep(keyOf(registry, path), { repository }),
    standIn(registry, url, repository) {
      const path = `/v2/${repository}/blobs/uploads/pullgate.${randomBytes(16).toString('base64url')}`;
      keep(keyOf(registry, path), { repository, url });
      return path;
    },
  };
}
