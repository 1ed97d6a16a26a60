/** Keeps the one authority whose key is not thrown away: Docker Hub's, since dockerd learns it once per process. */

import { createPrivateKey, X509Certificate } from 'node:crypto';
import { DOCKER_HUB } from '@pullgate/reference';
import type { Host } from '../install/host.ts';
import { type Authority, createAuthority } from './certificates.ts';
import { isPastTwoThirds, toValidity } from './life-time.ts';
import { toTrustLabel, toTrustNames } from './trust-names.ts';
import { HUB_AUTHORITY_PATH, HUB_KEY_PATH } from './trust-paths.ts';

/** A new one is in force only after Docker restarted, so it must outlast the machine. */
const HUB_LIFE_MS = 10 * 365 * 86_400_000;

export interface HubAuthority extends Authority {
  readonly isNew: boolean;
}

/** The one that is there, as long as it is good for anything; else a new one. */
export function loadHubAuthority(host: Host, now: number): HubAuthority {
  const certificate = host.load(HUB_AUTHORITY_PATH);
  const key = host.isRoot ? host.load(HUB_KEY_PATH) : undefined;
  if (certificate !== undefined && key !== undefined && isUsable({ certificate, key }, now)) {
    return { certificate, key, isNew: false };
  }
  const validity = toValidity(now, HUB_LIFE_MS);
  return { ...createAuthority(toTrustLabel(DOCKER_HUB), toTrustNames(DOCKER_HUB), validity), isNew: true };
}

function isUsable({ certificate, key }: Authority, now: number): boolean {
  try {
    const found = new X509Certificate(certificate);
    return !isPastTwoThirds(found, now) && found.checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}
