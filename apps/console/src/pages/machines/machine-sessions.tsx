/** Who is signed in on the machine, and signing them out. */

import { Button, Group, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { machinesTexts } from '#texts/machines.ts';
import type { Schemas } from '../../api/client.ts';
import { machineSessionsQuery, useEndMachineSession } from '../../api/machine.ts';
import type { Machine } from '../../api/machines.ts';
import { useMay, useOrganization } from '../../api/session.ts';
import { ConfirmDialog } from '../../pieces/confirm-dialog.tsx';
import { ProblemNotice } from '../../pieces/problem-notice.tsx';
import { RelativeTime } from '../../pieces/relative-time.tsx';
import { StatusBadge } from '../../pieces/status-badge.tsx';
import { MachinePart } from './machine-part.tsx';

const words = machinesTexts.sessions;
type Session = Schemas['MachineSession'];

export function MachineSessions({ machine }: { readonly machine: Machine }) {
  const { slug } = useOrganization();
  const { data, error, refetch } = useQuery(machineSessionsQuery(slug, machine.id));
  const [ending, setEnding] = useState<Session>();
  return (
    <MachinePart title={words.title}>
      {data === undefined && error !== null ? (
        <ProblemNotice error={error} onRetry={() => void refetch()} />
      ) : null}
      {data === undefined && error === null ? <Skeleton h={24} /> : null}
      {data?.items.length === 0 ? <Text>{words.none}</Text> : null}
      {data?.items.map((session) => (
        <SessionRow key={session.id} session={session} onEnd={() => setEnding(session)} />
      ))}
      {ending === undefined ? null : <EndSession session={ending} onClose={() => setEnding(undefined)} />}
    </MachinePart>
  );
}

function SessionRow({ session, onEnd }: { readonly session: Session; readonly onEnd: () => void }) {
  const may = useMay()('people:write');
  const { person, login, uid, createdAt, member } = session;
  return (
    <Group justify="space-between" gap="sm" wrap="nowrap">
      <div>
        <Group gap="xs">
          <Text>{person.name}</Text>
          {member ? null : <StatusBadge kind="waiting" text={words.stranger} />}
        </Group>
        <Text size="sm" c="dimmed">
          {words.as(login, uid)}, {words.since} <RelativeTime at={createdAt} />
        </Text>
      </div>
      {may ? (
        <Button size="xs" variant="default" onClick={onEnd} aria-label={words.endOf(person.name)}>
          {words.end}
        </Button>
      ) : null}
    </Group>
  );
}

function EndSession({ session, onClose }: { readonly session: Session; readonly onClose: () => void }) {
  const { slug } = useOrganization();
  const { mutate, isPending, error } = useEndMachineSession(slug);
  const { name } = session.person;
  return (
    <ConfirmDialog
      title={words.endTitle(name)}
      effect={words.endEffect(name)}
      action={words.end}
      isBusy={isPending}
      error={error}
      onConfirm={() => mutate(session.id, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}
