/** Whether everything that the machine decided has arrived, and what it means when it has not. */

import { List, Text } from '@mantine/core';
import { machinesTexts } from '#texts/machines.ts';
import type { Machine } from '../../api/machines.ts';
import { MachinePart } from './machine-part.tsx';

const words = machinesTexts.log;

export function MachineLog({ machine: { log } }: { readonly machine: Machine }) {
  return (
    <MachinePart title={words.title}>
      {log === undefined ? <Text>{words.unknown}</Text> : <Log log={log} />}
    </MachinePart>
  );
}

function Log({ log: { pending, dropped, gaps } }: { readonly log: NonNullable<Machine['log']> }) {
  const missing = gaps.reduce((sum, { from, to }) => sum + to - from + 1, 0);
  if (pending + dropped + missing === 0) return <Text>{words.complete}</Text>;
  return (
    <>
      {pending === 0 ? null : <Text>{words.pending(pending)}</Text>}
      {dropped === 0 ? null : <Text>{words.dropped(dropped)}</Text>}
      {missing === 0 ? null : (
        <div>
          <Text>{words.gaps(missing)}</Text>
          <List size="sm" my={4}>
            {gaps.map(({ from, to }) => (
              <List.Item key={from}>{words.gap(from, to)}</List.Item>
            ))}
          </List>
          <Text size="sm" c="dimmed">
            {words.gapMeaning}
          </Text>
        </div>
      )}
    </>
  );
}
