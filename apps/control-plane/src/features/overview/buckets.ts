/** Sorts attempts by the hour into the buckets of a chart. Pure. */

import type { Overview } from '@pullgate/protocol';
import { HOUR_MS } from '../decisions/hours.ts';
import type { Outcome } from '../decisions/tables.ts';

export type Span = 24 | 168 | 720;

/** Some thirty columns in each chart. */
const BUCKET_HOURS: Readonly<Record<Span, number>> = { 24: 1, 168: 6, 720: 24 };

export interface CountedHour {
  readonly hour: number;
  readonly outcome: Outcome;
  readonly attempts: number;
}

export function bucketMsOf(span: Span): number {
  return BUCKET_HOURS[span] * HOUR_MS;
}

/** When the first bucket begins; the last one holds `now`. */
export function startOf(span: Span, now: number): number {
  const bucketMs = bucketMsOf(span);
  return now - (now % bucketMs) - (span / BUCKET_HOURS[span] - 1) * bucketMs;
}

/** What is earlier or later than the chart is left out. */
export function toAttempts(hours: readonly CountedHour[], span: Span, now: number): Overview['attempts'] {
  const bucketMs = bucketMsOf(span);
  const start = startOf(span, now);
  const buckets = Array.from({ length: span / BUCKET_HOURS[span] }, (_, at) => ({
    at: start + at * bucketMs,
    ...NONE,
  }));
  const total = { ...NONE };
  for (const { hour, outcome, attempts } of hours) {
    const bucket = buckets[Math.floor((hour - start) / bucketMs)];
    if (bucket === undefined) continue;
    bucket[outcome] += attempts;
    total[outcome] += attempts;
  }
  return { ...total, bucketMs, buckets };
}

const NONE = { allowed: 0, denied: 0, observed: 0 };
