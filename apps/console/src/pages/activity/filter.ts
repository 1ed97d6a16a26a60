/** What the page shows, as it stands in the address; days are days of whoever looks. */

import type { ActivityFilter } from '../../api/activity.ts';
import { type AddressSearch, toText } from '../../shell/address.ts';

export interface DayFilter {
  readonly event?: string;
  readonly actor?: string;
  readonly search?: string;
  /** First and last day, `2026-11-24`. */
  readonly since?: string;
  readonly until?: string;
}

const TEXTS = ['event', 'actor', 'search'] as const;
const DAYS = ['since', 'until'] as const;

export function parseFilter(search: AddressSearch): DayFilter {
  const texts = TEXTS.map((name) => [name, toText(search[name])?.trim()] as const);
  const days = DAYS.map((name) => [name, toDay(search[name])] as const);
  return Object.fromEntries([...texts, ...days].filter(([, value]) => value !== undefined));
}

/** In the words of the API, which counts milliseconds; the last day belongs to it whole. */
export function toQuery({ since, until, ...texts }: DayFilter): ActivityFilter {
  return {
    ...texts,
    ...(since === undefined ? {} : { since: startOf(since) }),
    ...(until === undefined ? {} : { until: startOf(until, 1) }),
  };
}

function toDay(value: unknown): string | undefined {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(value)) return undefined;
  return Number.isNaN(startOf(value)) || startOf(value) < 0 ? undefined : value;
}

function startOf(day: string, daysLater = 0): number {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date + daysLater).getTime();
}
