/** The chart itself, in a chunk of its own. */

import '@mantine/charts/styles.css';
import '@mantine/core/styles/ColorSwatch.css';
import { BarChart } from '@mantine/charts';
import { overviewTexts } from '#texts/overview.ts';
import type { Overview } from '../../api/overview.ts';
import { formatBucket } from './format-bucket.ts';

const words = overviewTexts.attempts;

const SERIES = [
  { name: 'allowed', label: words.allowed, color: 'var(--pg-allowed)' },
  { name: 'observed', label: words.observed, color: 'var(--pg-observed)' },
  { name: 'denied', label: words.denied, color: 'var(--pg-denied)' },
];

export function AttemptsChart({ attempts }: { readonly attempts: Overview['attempts'] }) {
  return (
    <BarChart
      h="100%"
      type="stacked"
      data={attempts.buckets.map(({ at, ...outcomes }) => ({
        at: formatBucket(at, attempts.bucketMs),
        ...outcomes,
      }))}
      dataKey="at"
      series={SERIES}
      withLegend
      tickLine="none"
      gridAxis="x"
      barProps={{ isAnimationActive: false }}
      // The table says the same to whoever uses a keyboard or hears the page; what is hidden from them takes no focus.
      barChartProps={{ accessibilityLayer: false }}
    />
  );
}
