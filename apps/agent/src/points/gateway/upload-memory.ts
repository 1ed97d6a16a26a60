/**
 * Remembers where registries told clients to upload to. A `Location` is opaque: its path need not look like an upload of the
 * specification, and it may lead to another host, which the client could not be let to reach by itself. Leaves judging to query.ts.
 */

import { randomBytes } from 'node:crypto';
import type { Repository } from '@pullgate/reference';
import { decodeOciRoute, isOciPath } from '@pullgate/wire';
import { detach } from './detached-text.ts';

export interface KnownUpload {
  readonly repository: Repository;
  /** Where it really leads, when that is not the path on the registry itself. */
  readonly url?: URL;
}

export interface UploadMemory {
  /** `registry` is the authority that the client talks to. */
  find(registry: string, path: string): KnownUpload | undefined;
  /** A path on the registry itself; one that the specification gives a meaning of its own keeps that. */
  learn(registry: string, path: string, repository: Repository): void;
  /** A path that stands for another host's URL from now on. */
  standIn(registry: string, url: URL, repository: Repository): string;
}

/** Registries forget uploads after a day at the latest; a machine has a few at once. */
const MAX_UPLOADS = 10_000;
/** Of paths and URLs together, some 8 MB: a lying registry may make each of them as long as a header. */
const MAX_CHARACTERS = 4 * 1024 * 1024;

const METHODS = ['GET', 'HEAD', 'POST', 'PATCH', 'PUT', 'DELETE'] as const;

export function createUploadMemory(): UploadMemory {
  const uploads = new Map<string, KnownUpload>();
  let characters = 0;
  const keyOf = (registry: string, path: string): string => `${registry} ${path}`;

  function drop(key: string): void {
    const upload = uploads.get(key);
    if (upload === undefined) return;
    uploads.delete(key);
    characters -= sizeOf(key, upload);
  }

  function keep(key: string, upload: KnownUpload): void {
    drop(key);
    uploads.set(key, upload);
    characters += sizeOf(key, upload);
    for (const oldest of uploads.keys()) {
      if (uploads.size <= MAX_UPLOADS && characters <= MAX_CHARACTERS) return;
      drop(oldest);
    }
  }
  return {
    find: (registry, path) => uploads.get(keyOf(registry, path)),
    learn(registry, path, repository) {
      if (isOpaque(path)) keep(keyOf(registry, path), { repository: detach(repository) });
    },
    standIn(registry, url, repository) {
      const path = `/v2/${repository}/blobs/uploads/pullgate.${randomBytes(16).toString('base64url')}`;
      keep(keyOf(registry, path), { repository: detach(repository), url });
      return path;
    },
  };
}

function sizeOf(key: string, { url }: KnownUpload): number {
  return key.length + (url?.href.length ?? 0);
}

/**
 * Whether a path means nothing by itself. Who attacks: a registry that helps a client of one repository into another, by a `Location`
 * that names a manifest there; below `/v2/` only a plain path that no request of the specification has can be an upload.
 */
function isOpaque(path: string): boolean {
  if (!isOciPath(path)) return true;
  return (
    /^\/v2\/[A-Za-z0-9._~=/-]+$/.test(path) &&
    METHODS.every((method) => decodeOciRoute(method, path).kind === 'unknown')
  );
}
