/** The machine's engines: whether they ask, and how much of what they do is seen. */

import { Group, Text } from '@mantine/core';
import { machinesTexts } from '#texts/machines.ts';
import type { Machine } from '../../api/machines.ts';
import { StatusBadge } from '../../pieces/status-badge.tsx';
import { MachinePart } from './machine-part.tsx';

const words = machinesTexts.engines;

export function MachineEngines({ machine: { engines } }: { readonly machine: Machine }) {
  return (
    <MachinePart title={words.title}>
      {engines.length === 0 ? <Text>{words.none}</Text> : null}
      {engines.map(({ name, version, wired, depth }) => (
        <div key={`${name} ${version}`}>
          <Group gap="sm">
            <Text fw={500}>
              {name} {version}
            </Text>
            <StatusBadge kind={wired ? 'good' : 'bad'} text={wired ? words.wired : words.unwired} />
          </Group>
          <Text size="sm" c="dimmed">
            {wired ? (words.depths[depth] ?? depth) : words.unwiredText}
          </Text>
        </div>
      ))}
    </MachinePart>
  );
}
