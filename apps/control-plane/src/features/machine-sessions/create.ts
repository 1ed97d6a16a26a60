/** Wires the feature: who is signed in on machines, who holds them, and how changes of people reach them. */

import type { Dependencies } from '../../dependencies.ts';
import type { TokenLimit } from '../../http/limits.ts';
import type { App } from '../../http/server.ts';
import type { Assignments } from '../bundles/assignments.ts';
import type { TokenService } from '../tokens/service.ts';
import { createTokenJudge } from './judge-token.ts';
import { createKeeper } from './keeper.ts';
import { createRefresher } from './refresher.ts';
import { machineSessionRoutes } from './routes.ts';
import { createMachineSessionService, type MachineSessionService } from './service.ts';

/** How long an ended session may stand in an assignment when nobody told of its end. */
const SWEEP_EVERY_MS = 30_000;

export function createMachineSessions(
  dependencies: Pick<
    Dependencies,
    'db' | 'clock' | 'newId' | 'activity' | 'log' | 'signIn' | 'peopleChanges' | 'publicUrl' | 'stopping'
  > & {
    readonly assignments: Assignments;
    readonly tokens: TokenService;
    /** Bounds wrong tokens per machine. */
    readonly machineTokenLimit: TokenLimit;
  },
): {
  readonly service: MachineSessionService;
  readonly noteUse: (machineId: string) => void;
  readonly routes: (app: App) => void;
} {
  const { log, signIn, tokens, peopleChanges, stopping, machineTokenLimit } = dependencies;
  const judgeToken = createTokenJudge(tokens, signIn);
  const service = createMachineSessionService({ ...dependencies, judgeToken });
  const refresher = createRefresher(dependencies, (err) =>
    log.error({ err }, 'changes of people could not be brought to machines'),
  );
  const keeper = createKeeper({ ...dependencies, refresher });
  const sweep = async () => {
    await keeper
      .sweep()
      .catch((err: unknown) => log.error({ err }, 'sessions on machines were not looked after'));
  };
  peopleChanges.subscribe(({ userIds }) => refresher.people(userIds));
  signIn.attach({ sessionEnded: (userId) => peopleChanges.publish({ userIds: [userId] }) });
  const timer = setInterval(() => void sweep(), SWEEP_EVERY_MS);
  timer.unref();
  stopping.addEventListener('abort', () => clearInterval(timer));
  return {
    service,
    noteUse: keeper.noteUse,
    routes: (app) => {
      machineSessionRoutes(app, service, machineTokenLimit);
      app.addHook('onReady', sweep);
      app.addHook('onClose', async () => {
        await sweep();
        await refresher.idle();
      });
    },
  };
}
