/** Wires the feature: signed documents for machines, and their announcement. */

import type { Dependencies } from '../../dependencies.ts';
import type { App } from '../../http/server.ts';
import { createPulse } from '../machines/pulse.ts';
import { createAssignments } from './assignments.ts';
import { createEventHub, type EventHub } from './event-hub.ts';
import { createSigners } from './organization-keys.ts';
import { createPolicyBundles } from './policy-bundles.ts';
import { bundleRoutes } from './routes.ts';
import { type BundleService, createBundleService, toAnnouncement } from './service.ts';

/** How often the age of signatures is looked at; they are good for hours. */
const RENEW_EVERY_MS = 60_000;

export function createBundles(
  dependencies: Pick<
    Dependencies,
    'db' | 'config' | 'clock' | 'log' | 'publications' | 'publicUrl' | 'stopping'
  >,
): { readonly service: BundleService; readonly hub: EventHub; readonly routes: (app: App) => void } {
  const { db, config, clock, publicUrl, stopping } = dependencies;
  const pulse = createPulse();
  const hub = createEventHub(pulse);
  const signers = createSigners({ db, dataDir: config.dataDir });
  const service = createBundleService({
    ...dependencies,
    policies: createPolicyBundles({ db, signers, clock, publicUrl }),
    assignments: createAssignments({
      db,
      signers,
      clock,
      onChange: ({ machineId }, head) =>
        hub.announceTo(machineId, 'assignment', toAnnouncement('assignment', head)),
    }),
    hub,
  });
  const timer = setInterval(() => void service.renew(), RENEW_EVERY_MS);
  timer.unref();
  stopping.addEventListener('abort', () => {
    clearInterval(timer);
    pulse.stop();
    hub.closeAll();
  });
  return {
    service,
    hub,
    routes: (app) => {
      bundleRoutes(app, service);
      app.addHook('onClose', async () => await service.idle());
    },
  };
}
