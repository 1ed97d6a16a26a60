/** Teams: how many are in each, whether the policy names it; one of them opened beside the list. */

import { Button, Group, Stack, UnstyledButton } from '@mantine/core';
import { IconPlus, IconUsersGroup } from '@tabler/icons-react';
import { useState } from 'react';
import { peopleTexts } from '#texts/people.ts';
import { useMay } from '../../api/session.ts';
import { type Team, useTeams } from '../../api/teams.ts';
import { EmptyState } from '../../pieces/empty-state.tsx';
import { later } from '../../pieces/later.tsx';
import { type Column, ListTable } from '../../pieces/list-table.tsx';
import { RelativeTime } from '../../pieces/relative-time.tsx';
import { StatusBadge } from '../../pieces/status-badge.tsx';
import { usePeopleAddress } from './address.ts';
import classes from './people.module.css';

const words = peopleTexts.teams;
const CreateTeam = later(async () => (await import('./create-team.tsx')).CreateTeam);
const TeamDrawer = later(async () => (await import('./team-drawer.tsx')).TeamDrawer);

export function Teams() {
  const { team, change } = usePeopleAddress();
  const listing = useTeams();
  const may = useMay()('people:write');
  const [isCreating, setIsCreating] = useState(false);
  const create = (
    <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={() => setIsCreating(true)}>
      {words.create}
    </Button>
  );
  return (
    <Stack>
      {may && listing.rows?.length !== 0 ? <Group justify="flex-end">{create}</Group> : null}
      <ListTable
        label={peopleTexts.tabs.teams}
        columns={COLUMNS}
        listing={listing}
        keyOf={({ slug }) => slug}
        empty={
          <EmptyState icon={IconUsersGroup} {...words.empty}>
            {may ? create : null}
          </EmptyState>
        }
      />
      {isCreating ? <CreateTeam onClose={() => setIsCreating(false)} /> : null}
      {team === undefined ? null : (
        <TeamDrawer key={team} slug={team} onClose={() => change({ team: undefined })} />
      )}
    </Stack>
  );
}

const COLUMNS: readonly Column<Team>[] = [
  { key: 'team', title: words.columns.team, render: (team) => <TeamCell team={team} /> },
  { key: 'slug', title: words.columns.slug, render: ({ slug }) => <code>{slug}</code> },
  { key: 'members', title: words.columns.members, render: ({ members }) => words.members(members) },
  {
    key: 'used',
    title: words.columns.used,
    render: ({ used }) => (
      <StatusBadge kind={used ? 'good' : 'neutral'} text={used ? words.used : words.unused} />
    ),
  },
  {
    key: 'created',
    title: words.columns.created,
    render: ({ createdAt }) => <RelativeTime at={createdAt} />,
  },
];

function TeamCell({ team: { slug, name } }: { readonly team: Team }) {
  const { change } = usePeopleAddress();
  return (
    <UnstyledButton
      className={classes.open ?? ''}
      aria-label={words.open(name)}
      onClick={() => change({ team: slug }, false)}
    >
      {name}
    </UnstyledButton>
  );
}
