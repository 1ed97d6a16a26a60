/** Starts what remembers the hosts that registries use beyond the policy's knowledge. */

import { join } from 'node:path';
import { standingOf } from '@pullgate/policy';
import type { BundleStore } from '../bundle-store/bundle-store.ts';
import type { ControlPlaneClient } from '../control-plane/client.ts';
import { createSeenHosts, type SeenHostLog } from '../seen-hosts/seen-hosts.ts';
import type { Base } from './base.ts';

export async function startSeenHosts(
  { config, log, clock, started }: Base,
  store: BundleStore,
  client: ControlPlaneClient,
): Promise<SeenHostLog> {
  const seenHosts = await createSeenHosts({
    path: join(config.paths.dataDir, 'seen-hosts.json'),
    clock,
    log: log.child({ component: 'seen-hosts' }),
    send: client.sendSeenHosts,
    isUnknown: (registry, host) => {
      const snapshot = store.snapshot();
      return snapshot !== undefined && standingOf(snapshot.compiled, registry, host) === 'unknown';
    },
  });
  started.defer(() => seenHosts.stop());
  return seenHosts;
}
