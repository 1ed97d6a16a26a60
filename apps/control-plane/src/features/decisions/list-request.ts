/** Which decisions one page lists. */

import type { DecisionFilter } from './filter.ts';

export interface ListRequest {
  readonly organizationId: string;
  readonly filter: DecisionFilter;
  /** By the machines' time; `until` is left out. */
  readonly since?: number;
  readonly until?: number;
  /** Place of the last row seen. */
  readonly after?: Place;
  readonly limit: number;
}

/** Sort key, the latest first. */
export type Place = readonly [at: number, logId: number, seq: number];
