/** The beginning of a bucket of time, as short as the bucket is long. */

const DAY_MS = 86_400_000;
const hours = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const days = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short' });
const dayHours = new Intl.DateTimeFormat('en', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  hourCycle: 'h23',
});

export function formatBucket(at: number, bucketMs: number): string {
  if (bucketMs >= DAY_MS) return days.format(at);
  return (bucketMs > DAY_MS / 24 ? dayHours : hours).format(at);
}
