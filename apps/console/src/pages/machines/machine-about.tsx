/** What the machine is, and which policy it obeys. */

import { Group } from '@mantine/core';
import { machinesTexts } from '#texts/machines.ts';
import type { Machine } from '../../api/machines.ts';
import { Facts } from '../../pieces/facts.tsx';
import { RelativeTime } from '../../pieces/relative-time.tsx';
import { StatusBadge } from '../../pieces/status-badge.tsx';
import { isBehind, STATE_KINDS } from './machine-columns.tsx';
import { MachinePart } from './machine-part.tsx';
import { useRevisionInForce } from './revision-in-force.ts';

const words = machinesTexts.machine;

export function MachineAbout({ machine }: { readonly machine: Machine }) {
  const { state, os, arch, agentVersion, protocol, enrolledAt, lastSeenAt } = machine;
  return (
    <MachinePart title={words.about}>
      <Facts
        facts={[
          {
            name: machinesTexts.columns.state,
            value: <StatusBadge kind={STATE_KINDS[state]} text={machinesTexts.states[state]} />,
          },
          { name: words.system, value: `${os}, ${arch}` },
          { name: words.agent, value: `${agentVersion}, ${machinesTexts.protocol(protocol)}` },
          { name: words.enrolled, value: <RelativeTime at={enrolledAt} /> },
          { name: words.seen, value: <RelativeTime at={lastSeenAt} /> },
          { name: words.policy, value: <Policy machine={machine} /> },
        ]}
      />
    </MachinePart>
  );
}

function Policy({ machine }: { readonly machine: Machine }) {
  const inForce = useRevisionInForce();
  const { revision } = machine;
  if (revision === undefined) return words.hasNone;
  if (!isBehind(machine, inForce) || inForce === undefined) {
    return revision === inForce ? words.inForce(revision) : words.onRevision(revision);
  }
  return (
    <Group gap="xs">
      {words.isBehind(revision, inForce)}
      <StatusBadge kind="waiting" text={machinesTexts.behind} />
    </Group>
  );
}
