/** Attempts over time as a chart for those who see it, and as a table for everyone. */

import { Paper, Skeleton, Text, Title } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { overviewTexts } from '#texts/overview.ts';
import type { Overview } from '../../api/overview.ts';
import { AttemptsTable } from './attempts-table.tsx';
import classes from './overview.module.css';

const words = overviewTexts.attempts;
/** Charts weigh more than the rest of the page; they come after it. */
const AttemptsChart = lazy(async () => ({ default: (await import('./attempts-chart.tsx')).AttemptsChart }));

export function AttemptsOverTime({ attempts }: { readonly attempts: Overview['attempts'] }) {
  const isEmpty = attempts.allowed + attempts.denied + attempts.observed === 0;
  return (
    <Paper withBorder p="lg" component="section" aria-labelledby="attempts">
      <Title order={2} size="h4" id="attempts" mb="md">
        {words.title}
      </Title>
      {isEmpty ? (
        <Text c="dimmed">{words.none}</Text>
      ) : (
        <>
          <div className={classes.chart} aria-hidden>
            <Suspense fallback={<Skeleton h="100%" />}>
              <AttemptsChart attempts={attempts} />
            </Suspense>
          </div>
          <AttemptsTable attempts={attempts} />
        </>
      )}
    </Paper>
  );
}
