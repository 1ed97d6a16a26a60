/** One machine beside the list: everything it reports, in plain words, and what can be done about it. */

import { Drawer, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { commonTexts } from '#texts/common.ts';
import { machinesTexts } from '#texts/machines.ts';
import { machineQuery } from '../../api/machine.ts';
import { useOrganization } from '../../api/session.ts';
import { later } from '../../pieces/later.tsx';
import { ProblemNotice } from '../../pieces/problem-notice.tsx';

const MachineParts = later(async () => (await import('./machine-parts.tsx')).MachineParts, <Pending />);

export function MachineDrawer({
  id,
  onClose,
}: {
  readonly id: string | undefined;
  readonly onClose: () => void;
}) {
  const { slug } = useOrganization();
  const { data, error, refetch } = useQuery({ ...machineQuery(slug, id ?? ''), enabled: id !== undefined });
  return (
    <Drawer
      opened={id !== undefined}
      onClose={onClose}
      position="right"
      size="lg"
      title={
        <Text span size="lg" fw={650}>
          {data?.name ?? machinesTexts.columns.name}
        </Text>
      }
      closeButtonProps={{ 'aria-label': commonTexts.close }}
    >
      {data === undefined && error !== null ? (
        <ProblemNotice error={error} onRetry={() => void refetch()} />
      ) : null}
      {data === undefined && error === null ? <Pending /> : null}
      {data === undefined ? null : <MachineParts key={data.id} machine={data} />}
    </Drawer>
  );
}

function Pending() {
  return (
    <Stack aria-busy="true" role="status" aria-label={commonTexts.loading}>
      <Skeleton h={180} />
      <Skeleton h={90} />
      <Skeleton h={140} />
    </Stack>
  );
}
