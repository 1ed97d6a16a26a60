/** One machine beside the list: everything it reports, in plain words, and what can be done about it. */

import { Anchor, Drawer, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { commonTexts } from '#texts/common.ts';
import { machinesTexts } from '#texts/machines.ts';
import { machineQuery } from '../../api/machine.ts';
import type { Machine } from '../../api/machines.ts';
import { useMay, useOrganization } from '../../api/session.ts';
import { ProblemNotice } from '../../pieces/problem-notice.tsx';
import { pageLink } from '../../shell/page-path.ts';
import { MachineAbout } from './machine-about.tsx';
import { MachineEngines } from './machine-engines.tsx';
import { MachineHolder } from './machine-holder.tsx';
import { MachineLog } from './machine-log.tsx';
import { MachinePoints } from './machine-points.tsx';
import { MachineRejected } from './machine-rejected.tsx';
import { MachineSessions } from './machine-sessions.tsx';
import { MachineSignIn } from './machine-sign-in.tsx';
import { Revoked, RevokeMachine } from './revoke-machine.tsx';

const words = machinesTexts.machine;

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
      {data === undefined ? null : <Parts key={data.id} machine={data} />}
    </Drawer>
  );
}

function Parts({ machine }: { readonly machine: Machine }) {
  const { slug } = useOrganization();
  const may = useMay();
  return (
    <Stack gap="xl" pt="xs">
      {machine.state === 'revoked' ? <Revoked /> : null}
      <MachineRejected machine={machine} />
      <MachineAbout machine={machine} />
      {may('decisions:read') ? (
        <Anchor component={Link} {...pageLink(slug, 'decisions', { machine: machine.id })}>
          {words.decisions}
        </Anchor>
      ) : null}
      <MachineHolder machine={machine} />
      {may('people:read') ? <MachineSessions machine={machine} /> : null}
      <MachineEngines machine={machine} />
      <MachinePoints machine={machine} />
      <MachineSignIn machine={machine} />
      <MachineLog machine={machine} />
      {may('machines:write') && machine.state !== 'revoked' ? <RevokeMachine machine={machine} /> : null}
    </Stack>
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
