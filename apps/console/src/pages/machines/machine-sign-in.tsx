/** What the machine says of enforced sign-in. */

import { Group, Text } from '@mantine/core';
import { machinesTexts } from '#texts/machines.ts';
import type { Machine } from '../../api/machines.ts';
import { Facts } from '../../pieces/facts.tsx';
import { StatusBadge } from '../../pieces/status-badge.tsx';
import { MachinePart } from './machine-part.tsx';

const words = machinesTexts.signIn;
const KINDS = { satisfied: 'good', required: 'waiting', off: 'neutral', broken: 'bad' } as const;

export function MachineSignIn({ machine: { signIn } }: { readonly machine: Machine }) {
  if (signIn === undefined || signIn.mechanism === 'none') {
    return (
      <MachinePart title={words.title}>
        <Text>{signIn === undefined ? words.unknown : words.off}</Text>
      </MachinePart>
    );
  }
  const { state: told, mechanism, place, allowedOrgs, problem } = signIn;
  const state = problem === undefined ? told : 'broken';
  return (
    <MachinePart title={words.title}>
      <Group gap="sm">
        <StatusBadge kind={KINDS[state]} text={words.states[state]} />
        <Text size="sm">{words.texts[state]}</Text>
      </Group>
      <Facts
        facts={[
          { name: words.by, value: <code>{place ?? mechanism}</code> },
          ...(allowedOrgs.length === 0 ? [] : [{ name: words.organizations, value: allowedOrgs.join(', ') }]),
          ...(problem === undefined ? [] : [{ name: words.problem, value: problem }]),
        ]}
      />
    </MachinePart>
  );
}
