/** First run: from a new organization to the first decision seen live. Every step shows what the server says, so that it can be left and found again. */

import { Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { commonTexts } from '#texts/common.ts';
import { firstRunTexts } from '#texts/first-run.ts';
import { useLatestDecisions } from '../../api/latest-decisions.ts';
import { machineSummaryQuery } from '../../api/machines.ts';
import { ApiProblem } from '../../api/problem.ts';
import { useMay, useOrganization } from '../../api/session.ts';
import { PageHeader } from '../../pieces/page-header.tsx';
import { ProblemNotice } from '../../pieces/problem-notice.tsx';
import { DecisionStep } from './decision-step.tsx';
import { MachineStep } from './machine-step.tsx';
import { ModeStep } from './mode-step.tsx';
import { OrganizationStep } from './organization-step.tsx';
import { WhatNow } from './what-now.tsx';

const words = firstRunTexts;
/** Somebody waits for it. */
const WATCH_MS = 2000;
const SHOWN = 5;

export function Page() {
  const may = useMay();
  const isAllowed = may('decisions:read') && may('machines:read') && may('policy:read');
  return (
    <>
      <PageHeader title={words.title} lead={words.lead} />
      {isAllowed ? <Steps /> : <ProblemNotice error={new ApiProblem(403, { code: 'FORBIDDEN' })} />}
    </>
  );
}

function Steps() {
  const { slug } = useOrganization();
  const machines = useQuery({ ...machineSummaryQuery(slug), refetchInterval: WATCH_MS });
  const decisions = useLatestDecisions(slug, SHOWN);
  const failed = [machines, decisions].find(({ data, error }) => data === undefined && error !== null);
  if (failed !== undefined) {
    return <ProblemNotice error={failed.error} onRetry={() => void failed.refetch()} />;
  }
  if (machines.data === undefined || decisions.data === undefined) return <Pending />;
  const hasMachine = machines.data.online > 0;
  const { items } = decisions.data;
  return (
    <Stack gap="md" maw={860}>
      <OrganizationStep />
      <ModeStep />
      <MachineStep progress={hasMachine ? 'done' : 'now'} />
      <DecisionStep
        progress={items.length > 0 ? 'done' : hasMachine ? 'now' : 'later'}
        decisions={items}
        isLive={decisions.isLive}
      />
      {items.length > 0 ? <WhatNow /> : null}
    </Stack>
  );
}

function Pending() {
  return (
    <Stack gap="md" maw={860} aria-busy="true" role="status" aria-label={commonTexts.loading}>
      <Skeleton h={104} />
      <Skeleton h={220} />
      <Skeleton h={190} />
      <Skeleton h={260} />
    </Stack>
  );
}
