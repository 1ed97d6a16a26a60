/** The policy that an organization starts with. */

import type { Mode, PolicyDocument } from './types.ts';
import { DEFAULT_SESSION_OFFLINE_LIMIT } from './validate-settings.ts';

/** Docker Hub is allowed whole; everything else waits for the owner. */
export function defaultPolicy({
  organization,
  mode,
}: {
  readonly organization: string;
  readonly mode: Mode;
}): PolicyDocument {
  return {
    version: 1,
    organization,
    mode: { default: mode, teams: {} },
    contact: {},
    sessionOfflineLimit: DEFAULT_SESSION_OFFLINE_LIMIT,
    registries: [{ id: 'hub', registry: 'docker.io', name: 'Docker Hub', allow: ['pull', 'push'] }],
    deny: [],
    urls: { default: 'deny', allow: [], deny: [] },
    addresses: [],
    tests: [],
  };
}
