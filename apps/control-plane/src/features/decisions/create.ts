/** Wires the feature: decisions that machines report, their listing, live tail and end. */

import { join } from 'node:path';
import { DATABASE_FILE } from '../../database/open.ts';
import type { Dependencies } from '../../dependencies.ts';
import type { App } from '../../http/server.ts';
import { createPulse } from '../machines/pulse.ts';
import { createHourCounter } from './hours.ts';
import { createLiveTail } from './live-tail.ts';
import { purgeDecisions } from './purge.ts';
import { createReader, type Reader } from './reader.ts';
import { decisionRoutes } from './routes.ts';
import { createDecisionService, type DecisionService } from './service.ts';

const PURGE_EVERY_MS = 3600_000;
const DAY_MS = 24 * 3600_000;

export function createDecisions(
  dependencies: Pick<Dependencies, 'db' | 'config' | 'clock' | 'log' | 'stopping'>,
): { readonly service: DecisionService; readonly reader: Reader; readonly routes: (app: App) => void } {
  const { db, config, clock, log, stopping } = dependencies;
  const reader = createReader(join(config.dataDir, DATABASE_FILE));
  const pulse = createPulse();
  const tail = createLiveTail(pulse);
  const service = createDecisionService({ db, clock, reader, tail, hours: createHourCounter() });
  let purging: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    purging = purgeDecisions(db, clock() - config.decisionRetentionDays * DAY_MS, stopping).then(
      (deleted) => log.info({ deleted }, 'old decisions purged'),
      (err: unknown) => log.error({ err }, 'old decisions could not be purged'),
    );
  }, PURGE_EVERY_MS);
  timer.unref();
  stopping.addEventListener('abort', () => {
    clearInterval(timer);
    pulse.stop();
    tail.closeAll();
  });
  return {
    service,
    reader,
    routes: (app) => {
      decisionRoutes(app, service, tail);
      app.addHook('onClose', async () => {
        await purging;
        await reader.close();
      });
    },
  };
}
