/** Overview: is everyone protected, what happened of late, what changed last. */

import { Grid, SegmentedControl, Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { commonTexts } from '#texts/common.ts';
import { overviewTexts } from '#texts/overview.ts';
import { type Overview, overviewQuery, WINDOWS, type WindowHours } from '../../api/overview.ts';
import { useOrganization } from '../../api/session.ts';
import { PageHeader } from '../../pieces/page-header.tsx';
import { ProblemNotice } from '../../pieces/problem-notice.tsx';
import { AttemptsOverTime } from './attempts-over-time.tsx';
import { Figures } from './figures.tsx';
import { LastChanges } from './last-changes.tsx';
import { NewHosts } from './new-hosts.tsx';
import { Protection } from './protection.tsx';
import { TopDenied } from './top-denied.tsx';

const words = overviewTexts;

export function Page() {
  const { slug } = useOrganization();
  const { hours: wished } = useSearch({ strict: false }) as { hours?: unknown };
  const hours = WINDOWS.find((known) => known === wished) ?? 24;
  const { data, error, refetch } = useQuery(overviewQuery(slug, hours));
  return (
    <>
      <PageHeader title={words.title}>
        <WindowChoice hours={hours} />
      </PageHeader>
      {data === undefined && error !== null ? (
        <ProblemNotice error={error} onRetry={() => void refetch()} />
      ) : null}
      {data === undefined && error === null ? <Pending /> : null}
      {data === undefined ? null : <Parts overview={data} />}
    </>
  );
}

function WindowChoice({ hours }: { readonly hours: WindowHours }) {
  const navigate = useNavigate();
  return (
    <SegmentedControl
      aria-label={words.window}
      value={String(hours)}
      onChange={(next) => void navigate({ to: '.', search: { hours: Number(next) }, replace: true })}
      data={WINDOWS.map((known) => ({ value: String(known), label: words.windows[known] }))}
    />
  );
}

function Parts({ overview }: { readonly overview: Overview }) {
  return (
    <Stack gap="lg">
      <Protection overview={overview} />
      <NewHosts found={overview.unknownHosts} />
      <Figures overview={overview} />
      <AttemptsOverTime attempts={overview.attempts} />
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 6 }}>
          <TopDenied top={overview.topDenied} hours={overview.hours} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 6 }}>
          {overview.changes === undefined ? null : <LastChanges changes={overview.changes} />}
        </Grid.Col>
      </Grid>
    </Stack>
  );
}

/** The heights of the parts, so that nothing jumps when they come. */
function Pending() {
  return (
    <Stack gap="lg" aria-busy="true" role="status" aria-label={commonTexts.loading}>
      <Skeleton h={96} />
      <Skeleton h={112} />
      <Skeleton h={320} />
      <Skeleton h={260} />
    </Stack>
  );
}
