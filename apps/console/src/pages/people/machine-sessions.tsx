/** Who is signed in on which machine, with the end of each session. */

import { Button, Group, Stack, Text } from '@mantine/core';
import { IconDeviceLaptop } from '@tabler/icons-react';
import { commonTexts } from '#texts/common.ts';
import { peopleTexts } from '#texts/people.ts';
import { type MachineSession, useMachineSessions } from '../../api/machine-sessions.ts';
import { useMay } from '../../api/session.ts';
import { EmptyState } from '../../pieces/empty-state.tsx';
import { type Column, ListTable } from '../../pieces/list-table.tsx';
import { PersonSelect } from '../../pieces/person-select.tsx';
import { RelativeTime } from '../../pieces/relative-time.tsx';
import { StatusBadge } from '../../pieces/status-badge.tsx';
import { usePeopleAddress } from './address.ts';
import classes from './people.module.css';
import { useSessionEnding } from './session-ending.tsx';

const words = peopleTexts.sessions;

export function MachineSessions() {
  const { person, change } = usePeopleAddress();
  const listing = useMachineSessions(person === undefined ? {} : { person });
  const may = useMay()('people:write');
  const { ask, dialog } = useSessionEnding();
  return (
    <Stack>
      <Group justify="space-between" align="flex-end">
        <Text c="dimmed" maw="60ch">
          {words.lead}
        </Text>
        <PersonSelect
          label={words.person}
          placeholder={words.anyone}
          value={person ?? ''}
          onChange={(id) => change({ person: id === '' ? undefined : id })}
        />
      </Group>
      <ListTable
        label={peopleTexts.tabs.sessions}
        columns={may ? [...COLUMNS, endColumn(ask)] : COLUMNS}
        listing={listing}
        keyOf={({ id }) => id}
        empty={<EmptyState icon={IconDeviceLaptop} {...words.empty} />}
      />
      {dialog}
    </Stack>
  );
}

const COLUMNS: readonly Column<MachineSession>[] = [
  {
    key: 'person',
    title: words.columns.person,
    render: ({ person, member }) => (
      <div>
        {person.name}
        <Text size="sm" c="dimmed" className={classes.long ?? ''}>
          {person.email}
        </Text>
        {member ? null : <StatusBadge kind="bad" text={words.stranger} />}
      </div>
    ),
  },
  { key: 'machine', title: words.columns.machine, render: ({ machine }) => machine.name },
  { key: 'login', title: words.columns.login, render: ({ login }) => <code>{login}</code> },
  { key: 'since', title: words.columns.since, render: ({ createdAt }) => <RelativeTime at={createdAt} /> },
  { key: 'seen', title: words.columns.seen, render: ({ refreshedAt }) => <RelativeTime at={refreshedAt} /> },
];

const endColumn = (ask: (session: MachineSession) => void): Column<MachineSession> => ({
  key: 'end',
  title: commonTexts.actions,
  width: '6rem',
  render: (session) => (
    <Button
      size="xs"
      variant="default"
      aria-label={words.endOf(session.person.name, session.machine.name)}
      onClick={() => ask(session)}
    >
      {words.end}
    </Button>
  ),
});
