/** A moment as people say it, with the exact time for whoever points at it. */

import { Tooltip } from '@mantine/core';
import { useEffect, useState } from 'react';
import { commonTexts } from '#texts/common.ts';

const UNITS = [
  ['year', 31_536_000_000],
  ['month', 2_592_000_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'always' });
const exact = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'long' });

/** @param at milliseconds since the epoch, or an ISO time */
export function RelativeTime({ at }: { readonly at: number | string | undefined }) {
  useMinutes();
  if (at === undefined) return commonTexts.never;
  const moment = new Date(at);
  return (
    <Tooltip label={exact.format(moment)}>
      <time dateTime={moment.toISOString()}>{toWords(moment.getTime() - Date.now())}</time>
    </Tooltip>
  );
}

function toWords(differenceMs: number): string {
  const unit = UNITS.find(([, lengthMs]) => Math.abs(differenceMs) >= lengthMs);
  if (unit === undefined) return commonTexts.justNow;
  return relative.format(Math.round(differenceMs / unit[1]), unit[0]);
}

function useMinutes(): void {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), 30_000);
    return () => clearInterval(timer);
  }, []);
}
