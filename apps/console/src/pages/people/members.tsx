/** Members: searched and narrowed on the server, one of them opened beside the list. */

import { Button, Group, Stack, Text, UnstyledButton } from '@mantine/core';
import { IconMailPlus, IconUsers } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { commonTexts } from '#texts/common.ts';
import { peopleTexts } from '#texts/people.ts';
import { roleTexts } from '#texts/roles.ts';
import { type Member, useMembers } from '../../api/members.ts';
import { organizationQuery } from '../../api/organization.ts';
import { useMay, useOrganization, useSession } from '../../api/session.ts';
import { EmptyState } from '../../pieces/empty-state.tsx';
import { later } from '../../pieces/later.tsx';
import { type Column, ListTable } from '../../pieces/list-table.tsx';
import { StatusBadge } from '../../pieces/status-badge.tsx';
import { usePeopleAddress } from './address.ts';
import { MemberFilters } from './member-filters.tsx';
import classes from './people.module.css';
import { TeamBadges } from './team-badges.tsx';

const words = peopleTexts.members;
const MemberDrawer = later(async () => (await import('./member-drawer.tsx')).MemberDrawer);

export function Members() {
  const { filter, member, change } = usePeopleAddress();
  const listing = useMembers(filter);
  const may = useMay();
  const navigate = useNavigate();
  const isNarrowed = Object.keys(filter).length > 0;
  return (
    <Stack>
      <Group justify="space-between" align="flex-start" className={classes.bar ?? ''}>
        <MemberFilters />
        {may('people:write') ? (
          <Button
            leftSection={<IconMailPlus size={18} aria-hidden />}
            onClick={() => void navigate({ to: '.', search: { tab: 'invitations', invite: true } as never })}
          >
            {words.invite}
          </Button>
        ) : null}
      </Group>
      <ListTable
        label={peopleTexts.tabs.members}
        columns={COLUMNS}
        listing={listing}
        keyOf={({ id }) => id}
        empty={<EmptyState icon={IconUsers} {...(isNarrowed ? commonTexts.nothingFound : words.empty)} />}
      />
      {member === undefined ? null : (
        <MemberDrawer key={member} id={member} onClose={() => change({ member: undefined })} />
      )}
    </Stack>
  );
}

const COLUMNS: readonly Column<Member>[] = [
  { key: 'person', title: words.columns.person, render: (member) => <PersonCell member={member} /> },
  { key: 'role', title: words.columns.role, render: ({ role }) => roleTexts[role].name },
  { key: 'teams', title: words.columns.teams, render: ({ teams }) => <TeamBadges teams={teams} /> },
  { key: 'factor', title: words.columns.factor, render: (member) => <FactorCell member={member} /> },
  { key: 'source', title: words.columns.source, render: ({ source }) => words.sources[source] },
  {
    key: 'state',
    title: words.columns.state,
    render: ({ state }) => (
      <StatusBadge kind={state === 'active' ? 'good' : 'neutral'} text={words.states[state]} />
    ),
  },
];

function PersonCell({ member }: { readonly member: Member }) {
  const { change } = usePeopleAddress();
  const { user } = useSession();
  const { id, name, email } = member;
  return (
    <div>
      <UnstyledButton
        className={classes.open ?? ''}
        aria-label={words.open(name)}
        onClick={() => change({ member: id }, false)}
      >
        {name}
        {id === user.id ? (
          <Text span c="dimmed" size="sm">
            {` (${words.you})`}
          </Text>
        ) : null}
      </UnstyledButton>
      <Text size="sm" c="dimmed" className={classes.long ?? ''}>
        {email}
      </Text>
    </div>
  );
}

/** Bad only where the organization requires one of the role. */
function FactorCell({ member: { role, twoFactor, state } }: { readonly member: Member }) {
  const { slug } = useOrganization();
  const { data } = useQuery(organizationQuery(slug));
  const isMissing = !twoFactor && state === 'active' && data?.twoFactorRoles.includes(role) === true;
  return (
    <StatusBadge
      kind={twoFactor ? 'good' : isMissing ? 'bad' : 'neutral'}
      text={twoFactor ? words.factorOn : words.factorOff}
    />
  );
}
