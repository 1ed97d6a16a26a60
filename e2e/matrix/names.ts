/** Who is who beside the names of the laboratory: where the registries redirect to, and what stands in for Docker Hub. */

import { ADDRESSES, ALLOWED, AUTH, DENIED } from '../lab/names.ts';

/** ALLOWED redirects here for blobs, and this host signs and redirects to STORE. */
export const BLOBS = 'blobs.allowed.example';
/** A host that serves much else in the world, so that it opens to nobody by its name alone. */
export const STORE = 'storage.googleapis.com';

export const HUB = 'docker.io';
/** The names by which engines reach Docker Hub. */
export const HUB_HOSTS = ['registry-1.docker.io', 'index.docker.io', 'registry.hub.docker.com', HUB] as const;
export const HUB_AUTH = 'auth.docker.io';
export const HUB_BLOBS = 'production.cloudflare.docker.com';
export const HUB_STORE = 'docker-images-prod.6aa30f8b08e16409b46e0173d6de2f56.r2.cloudflarestorage.com';

const OLD = Object.entries(ADDRESSES).filter(([name]) => [ALLOWED, AUTH, DENIED].includes(name));

export const MATRIX_ADDRESSES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(OLD),
  [BLOBS]: '10.77.0.20',
  [STORE]: '10.77.0.21',
  ...Object.fromEntries(HUB_HOSTS.map((name) => [name, '10.77.0.30'])),
  [HUB_AUTH]: '10.77.0.31',
  [HUB_BLOBS]: '10.77.0.32',
  [HUB_STORE]: '10.77.0.33',
};
