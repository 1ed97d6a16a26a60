/** Says whether this server can serve, and its figures. */

import type { Kysely } from 'kysely';
import type { Registry } from 'prom-client';
import type { Database } from '../../database/schema.ts';
import { ControlPlaneError } from '../../errors.ts';
import { probe } from './store.ts';

export interface HealthService {
  /** @throws ControlPlaneError UNAVAILABLE */
  checkReady(): Promise<void>;
  metrics(): Promise<string>;
  readonly metricsType: string;
}

export interface HealthDependencies {
  readonly db: Kysely<Database>;
  readonly metrics: Registry;
  readonly stopping: AbortSignal;
}

export function createHealthService({ db, metrics, stopping }: HealthDependencies): HealthService {
  return {
    async checkReady() {
      if (stopping.aborted) throw new ControlPlaneError('UNAVAILABLE', 'the server is stopping');
      try {
        await probe(db);
      } catch (cause) {
        throw new ControlPlaneError('UNAVAILABLE', 'the database does not answer', { cause });
      }
    },
    metrics: () => metrics.metrics(),
    metricsType: metrics.contentType,
  };
}
