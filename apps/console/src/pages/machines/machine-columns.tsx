/** Columns of the list of machines. */

import { Anchor, Group, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { machinesTexts } from '#texts/machines.ts';
import type { Machine } from '../../api/machines.ts';
import type { Column } from '../../pieces/list-table.tsx';
import { RelativeTime } from '../../pieces/relative-time.tsx';
import { StatusBadge } from '../../pieces/status-badge.tsx';

const words = machinesTexts;
export const STATE_KINDS = { online: 'good', offline: 'neutral', revoked: 'bad' } as const;

/** @param revision in force; undefined where it is not known */
export function toColumns(revision: number | undefined): readonly Column<Machine>[] {
  return [
    { key: 'name', title: words.columns.name, render: (machine) => <Name machine={machine} /> },
    {
      key: 'state',
      title: words.columns.state,
      render: ({ state }) => <StatusBadge kind={STATE_KINDS[state]} text={words.states[state]} />,
    },
    { key: 'holder', title: words.columns.holder, render: ({ holder }) => <Holder holder={holder} /> },
    { key: 'engines', title: words.columns.engines, render: ({ engines }) => <Engines engines={engines} /> },
    {
      key: 'agent',
      title: words.columns.agent,
      render: ({ agentVersion, protocol }) => (
        <div>
          {agentVersion}
          <Text size="sm" c="dimmed">
            {words.protocol(protocol)}
          </Text>
        </div>
      ),
    },
    {
      key: 'revision',
      title: words.columns.revision,
      render: (machine) => <Revision machine={machine} inForce={revision} />,
    },
    {
      key: 'seen',
      title: words.columns.seen,
      render: ({ lastSeenAt }) => <RelativeTime at={lastSeenAt} />,
    },
  ];
}

function Name({ machine: { id, name, os, arch } }: { readonly machine: Machine }) {
  return (
    <div>
      <Anchor
        component={Link}
        to="."
        search={((before: object) => ({ ...before, id })) as never}
        fw={500}
        size="sm"
      >
        {name}
      </Anchor>
      <Text size="sm" c="dimmed">
        {os}, {arch}
      </Text>
    </div>
  );
}

function Holder({ holder }: { readonly holder: Machine['holder'] | undefined }) {
  if (holder !== undefined) return holder.name;
  return (
    <Text span size="sm" c="dimmed">
      {words.nobody}
    </Text>
  );
}

function Engines({ engines }: Pick<Machine, 'engines'>) {
  if (engines.length === 0) {
    return (
      <Text span size="sm" c="dimmed">
        {words.noEngines}
      </Text>
    );
  }
  return (
    <Stack gap={4}>
      {engines.map(({ name, version, wired, depth }) => (
        <Group key={`${name} ${version}`} gap={6}>
          <span>
            {name} {version}
          </span>
          {wired ? (
            <Text span size="sm" c="dimmed">
              {words.depths[depth] ?? depth}
            </Text>
          ) : (
            <StatusBadge kind="bad" text={words.past} />
          )}
        </Group>
      ))}
    </Stack>
  );
}

function Revision({ machine, inForce }: { readonly machine: Machine; readonly inForce: number | undefined }) {
  const { revision, rejected } = machine;
  return (
    <Group gap={6}>
      {revision === undefined ? words.noPolicy : `r${revision}`}
      {isBehind(machine, inForce) ? <StatusBadge kind="waiting" text={words.behind} /> : null}
      {rejected === undefined ? null : <StatusBadge kind="bad" text={words.rejected} />}
    </Group>
  );
}

export function isBehind({ state, revision = 0 }: Machine, inForce: number | undefined): boolean {
  return inForce !== undefined && state !== 'revoked' && revision < inForce;
}
