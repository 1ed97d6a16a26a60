/** Attempts over time as a chart for those who see it, and as a table for everyone. */

import { Paper, Skeleton, Text, Title } from '@mantine/core';
import { overviewTexts } from '#texts/overview.ts';
import type { Overview } from '../../api/overview.ts';
import { later } from '../../pieces/later.tsx';
import { AttemptsTable } from './attempts-table.tsx';
import classes from './overview.module.css';

const words = overviewTexts.attempts;
/** Charts weigh more than the rest of the page; they come after it. */
const AttemptsChart = later(
  async () => (await import('./attempts-chart.tsx')).AttemptsChart,
  <Skeleton h="100%" />,
);

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
            <AttemptsChart attempts={attempts} />
          </div>
          <AttemptsTable attempts={attempts} />
        </>
      )}
    </Paper>
  );
}
