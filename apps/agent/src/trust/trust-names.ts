/** Says which names an inspected registry has, and what its authority is called. Pure. */

import { isIP } from 'node:net';
import {
  DOCKER_HUB,
  HUB_ALIASES,
  isDockerHub,
  type RegistryHost,
  registryAddress,
} from '@pullgate/reference';
import type { TrustNames } from './certificates.ts';

/** Fixed for good: dockerd reads its authority once per process. */
const HUB_NAMES: TrustNames = {
  dns: [...HUB_ALIASES, DOCKER_HUB],
  addresses: [],
  // `docker.io` permits what lies below it, which cannot be excluded as a whole: Hub's own API hosts lie there
  excludedDns: [
    '.registry-1.docker.io',
    '.index.docker.io',
    '.registry.hub.docker.com',
    'auth.docker.io',
    'hub.docker.io',
    'login.docker.io',
    'www.docker.io',
  ],
};

export function toTrustNames(host: RegistryHost): TrustNames {
  if (isDockerHub(host)) return HUB_NAMES;
  const { hostname } = registryAddress(host);
  if (isIP(hostname) !== 0) return { dns: [], addresses: [hostname], excludedDns: [] };
  return { dns: [hostname], addresses: [], excludedDns: [`.${hostname}`] };
}

export const toTrustLabel = (host: RegistryHost): string => (isDockerHub(host) ? 'Docker Hub' : host);

/** Names under which engines dial the registry, with the port that is not 443. */
export const agentNamesOf = (host: RegistryHost): readonly string[] =>
  isDockerHub(host) ? HUB_NAMES.dns : [host];
