/** One decision, opened: what was asked, how it came out, why, and what can be done about it. */

import { Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { commonTexts } from '#texts/common.ts';
import { decisionsTexts } from '#texts/decisions.ts';
import { decisionQuery } from '../../api/decisions.ts';
import { useOrganization } from '../../api/session.ts';
import { later } from '../../pieces/later.tsx';
import { ProblemNotice } from '../../pieces/problem-notice.tsx';
import { RecordDrawer } from '../../pieces/record-drawer.tsx';

const DecisionContent = later(
  async () => (await import('./decision-content.tsx')).DecisionContent,
  <Pending />,
);

export function DecisionDrawer({
  id,
  onClose,
}: {
  readonly id: string | undefined;
  readonly onClose: () => void;
}) {
  return (
    <RecordDrawer title={decisionsTexts.detail.title} isOpen={id !== undefined} onClose={onClose}>
      {id === undefined ? null : <Opened key={id} id={id} />}
    </RecordDrawer>
  );
}

function Opened({ id }: { readonly id: string }) {
  const { slug } = useOrganization();
  const { data, error, refetch } = useQuery(decisionQuery(slug, id));
  if (data !== undefined) return <DecisionContent decision={data} />;
  if (error !== null) return <ProblemNotice error={error} onRetry={() => void refetch()} />;
  return <Pending />;
}

function Pending() {
  return (
    <Stack aria-busy="true" aria-label={commonTexts.loading} role="status">
      <Skeleton h={28} />
      <Skeleton h={56} />
      <Skeleton h={280} />
    </Stack>
  );
}
