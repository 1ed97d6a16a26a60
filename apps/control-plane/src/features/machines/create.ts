/** Wires the feature: machines, how they prove who they are, and their heartbeats. */

import type { Dependencies } from '../../dependencies.ts';
import type { App } from '../../http/server.ts';
import { createMachineAuthenticator } from './authenticate.ts';
import { createPresence } from './presence.ts';
import { createReplayCache } from './replay-cache.ts';
import { machineRoutes } from './routes.ts';
import { createMachineService, type MachineDependencies, type MachineService } from './service.ts';

const HOUSEKEEPING_EVERY_MS = 60_000;

export function createMachines(
  dependencies: Pick<Dependencies, 'db' | 'clock' | 'activity' | 'log' | 'stopping'> & {
    readonly audiences: () => readonly string[];
    readonly endSessionsOn: MachineDependencies['endSessionsOn'];
    readonly onRevoked: (machineId: string) => void;
    readonly onHeartbeat: (machineId: string) => void;
  },
): {
  readonly service: MachineService;
  readonly authenticate: ReturnType<typeof createMachineAuthenticator>;
  readonly routes: (app: App) => void;
} {
  const { db, clock, log, stopping } = dependencies;
  const replays = createReplayCache();
  const presence = createPresence(db, (err) => log.error({ err }, 'heartbeats could not be written'));
  const service = createMachineService({ ...dependencies, presence });
  const forget = async () => {
    await service
      .forgetEphemeral()
      .catch((err: unknown) => log.error({ err }, 'ephemeral machines could not be forgotten'));
  };
  const timer = setInterval(() => {
    replays.sweep(clock());
    void forget();
  }, HOUSEKEEPING_EVERY_MS);
  timer.unref();
  stopping.addEventListener('abort', () => clearInterval(timer));
  return {
    service,
    authenticate: createMachineAuthenticator({ ...dependencies, replays }),
    routes: (app) => {
      machineRoutes(app, service);
      app.addHook('onReady', forget);
      app.addHook('onClose', async () => await presence.stop());
    },
  };
}
