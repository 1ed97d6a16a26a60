/** Which decisions one page lists. */

import { parsePage } from '../../http/page.ts';
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

/** @throws ControlPlaneError REQUEST_INVALID for a cursor that is not ours */
export function parsePlace(query: Parameters<typeof parsePage>[0]): Pick<ListRequest, 'limit' | 'after'> {
  const { limit, after } = parsePage(query, ['number', 'number', 'number']);
  return { limit, ...(after === undefined ? {} : { after: after as unknown as Place }) };
}
