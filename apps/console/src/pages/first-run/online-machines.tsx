/** Machines that are online, and which of their engines ask. */

import { Group, Skeleton, Stack, Text } from '@mantine/core';
import { firstRunTexts } from '#texts/first-run.ts';
import { machinesTexts } from '#texts/machines.ts';
import { type Machine, useMachines } from '../../api/machines.ts';
import { useOrganization } from '../../api/session.ts';
import { CopyText } from '../../pieces/copy-text.tsx';
import { StatusBadge } from '../../pieces/status-badge.tsx';
import { INSTALL } from './install-command.ts';

const words = firstRunTexts.machine;
const SHOWN = 3;

export function OnlineMachines() {
  const { slug } = useOrganization();
  const { rows } = useMachines(slug, { state: 'online', sort: 'enrolled' });
  if (rows === undefined) return <Skeleton h={24} />;
  const isUnwired = rows.every(({ engines }) => !engines.some(({ wired }) => wired));
  return (
    <Stack gap="xs">
      <Text>{words.online(rows.length)}</Text>
      {rows.slice(0, SHOWN).map((machine) => (
        <Online key={machine.id} machine={machine} />
      ))}
      {isUnwired ? <CopyText label={words.unwired} text={INSTALL} /> : null}
    </Stack>
  );
}

function Online({ machine: { name, os, engines } }: { readonly machine: Machine }) {
  const wired = engines.filter((engine) => engine.wired).map((engine) => engine.name);
  return (
    <Group gap="sm">
      <StatusBadge kind="good" text={machinesTexts.states.online} />
      <Text fw={500}>{name}</Text>
      <Text size="sm" c="dimmed">
        {[os, ...(wired.length === 0 ? [] : [words.wired(wired.join(', '))])].join(', ')}
      </Text>
    </Group>
  );
}
