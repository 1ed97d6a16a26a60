/** Where the machine enforces. */

import { Group, Text } from '@mantine/core';
import { machinesTexts } from '#texts/machines.ts';
import type { Machine } from '../../api/machines.ts';
import { StatusBadge } from '../../pieces/status-badge.tsx';
import { MachinePart } from './machine-part.tsx';

const words = machinesTexts.points;

export function MachinePoints({ machine: { points } }: { readonly machine: Machine }) {
  return (
    <MachinePart title={words.title}>
      {points.length === 0 ? <Text>{words.none}</Text> : null}
      {points.map(({ name, state }) => (
        <Group key={name} gap="sm">
          <Text>{words.names[name] ?? name}</Text>
          <StatusBadge kind={state === 'on' ? 'good' : 'bad'} text={words.states[state] ?? state} />
        </Group>
      ))}
    </MachinePart>
  );
}
