/** Machines: what each obeys, who holds it, when it was last seen. */

import { Group } from '@mantine/core';
import { IconDeviceDesktop } from '@tabler/icons-react';
import { type Machine, useMachines } from '../../api/machines.ts';
import { useOrganization } from '../../api/session.ts';
import { EmptyState } from '../../pieces/empty-state.tsx';
import { type Column, ListTable } from '../../pieces/list-table.tsx';
import { PageHeader } from '../../pieces/page-header.tsx';
import { RelativeTime } from '../../pieces/relative-time.tsx';
import { StatusBadge } from '../../pieces/status-badge.tsx';
import { texts } from '../../texts/texts.ts';

const words = texts.machines;
const STATE_KINDS = { online: 'good', offline: 'neutral', revoked: 'bad' } as const;

export function Page() {
  const { slug } = useOrganization();
  const listing = useMachines(slug);
  return (
    <>
      <PageHeader title={words.title} lead={words.lead} />
      <ListTable
        label={words.title}
        columns={columns}
        listing={listing}
        keyOf={({ id }) => id}
        empty={<EmptyState icon={IconDeviceDesktop} {...words.empty} />}
      />
    </>
  );
}

const columns: readonly Column<Machine>[] = [
  { key: 'name', title: words.columns.name, render: ({ name }) => name },
  {
    key: 'state',
    title: words.columns.state,
    render: ({ state }) => <StatusBadge kind={STATE_KINDS[state]} text={words.states[state]} />,
  },
  { key: 'holder', title: words.columns.holder, render: ({ holder }) => holder?.name ?? words.nobody },
  {
    key: 'engines',
    title: words.columns.engines,
    render: ({ engines }) => (
      <Group gap={4}>
        {engines.length === 0 ? words.noEngines : engines.map(({ name }) => name).join(', ')}
      </Group>
    ),
  },
  {
    key: 'revision',
    title: words.columns.revision,
    render: ({ revision }) => (revision === undefined ? '–' : `r${revision}`),
  },
  {
    key: 'seen',
    title: words.columns.seen,
    render: ({ lastSeenAt }) => <RelativeTime at={lastSeenAt} />,
  },
];
