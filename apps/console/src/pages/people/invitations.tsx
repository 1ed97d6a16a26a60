/** Open invitations: made, sent again, taken back. The link is told once, at its making. */

import { Button, Group, Stack } from '@mantine/core';
import { IconMail, IconMailForward, IconMailPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { commonTexts } from '#texts/common.ts';
import { peopleTexts } from '#texts/people.ts';
import { roleTexts } from '#texts/roles.ts';
import { type Invitation, useInvitations } from '../../api/invitations.ts';
import { useMay } from '../../api/session.ts';
import { EmptyState } from '../../pieces/empty-state.tsx';
import { later } from '../../pieces/later.tsx';
import { type Column, ListTable } from '../../pieces/list-table.tsx';
import { RelativeTime } from '../../pieces/relative-time.tsx';
import { RowMenu } from '../../pieces/row-menu.tsx';
import { ShownOnce } from '../../pieces/shown-once.tsx';
import { usePeopleAddress } from './address.ts';
import { TeamBadges } from './team-badges.tsx';

const words = peopleTexts.invitations;
const Invite = later(async () => (await import('./invite.tsx')).Invite);
const Resending = later(async () => (await import('./invitation-changes.tsx')).Resending);
const Revoking = later(async () => (await import('./invitation-changes.tsx')).Revoking);

export function Invitations() {
  const { isInviting, change } = usePeopleAddress();
  const listing = useInvitations();
  const may = useMay()('people:write');
  const [sent, setSent] = useState<Invitation>();
  const [asked, setAsked] = useState<{ readonly what: 'resend' | 'revoke'; readonly of: Invitation }>();
  const stop = () => change({ invite: undefined });
  const told = (invitation: Invitation) => {
    setAsked(undefined);
    stop();
    setSent(invitation);
  };
  const invite = (
    <Button leftSection={<IconMailPlus size={18} aria-hidden />} onClick={() => change({ invite: true })}>
      {words.invite}
    </Button>
  );
  return (
    <Stack>
      {may && listing.rows?.length !== 0 ? <Group justify="flex-end">{invite}</Group> : null}
      <ListTable
        label={peopleTexts.tabs.invitations}
        columns={may ? [...COLUMNS, menuColumn((what, of) => setAsked({ what, of }))] : COLUMNS}
        listing={listing}
        keyOf={({ id }) => id}
        empty={
          <EmptyState icon={IconMail} {...words.empty}>
            {may ? invite : null}
          </EmptyState>
        }
      />
      {may && isInviting ? <Invite onSent={told} onClose={stop} /> : null}
      {asked?.what === 'resend' ? (
        <Resending invitation={asked.of} onSent={told} onClose={() => setAsked(undefined)} />
      ) : null}
      {asked?.what === 'revoke' ? (
        <Revoking invitation={asked.of} onClose={() => setAsked(undefined)} />
      ) : null}
      {sent?.url === undefined ? null : (
        <ShownOnce
          title={words.link.title(sent.email)}
          label={words.link.label}
          value={sent.url}
          onClose={() => setSent(undefined)}
        >
          {words.link.text}
        </ShownOnce>
      )}
    </Stack>
  );
}

const COLUMNS: readonly Column<Invitation>[] = [
  { key: 'email', title: words.columns.email, render: ({ email }) => email },
  { key: 'role', title: words.columns.role, render: ({ role }) => roleTexts[role].name },
  { key: 'teams', title: words.columns.teams, render: ({ teams }) => <TeamBadges teams={teams} /> },
  { key: 'by', title: words.columns.by, render: ({ invitedBy }) => invitedBy.name },
  {
    key: 'expires',
    title: words.columns.expires,
    render: ({ expiresAt }) => <RelativeTime at={expiresAt} />,
  },
];

const menuColumn = (ask: (what: 'resend' | 'revoke', of: Invitation) => void): Column<Invitation> => ({
  key: 'menu',
  title: commonTexts.actions,
  width: '6rem',
  render: (invitation) => (
    <RowMenu
      label={words.menu(invitation.email)}
      actions={[
        { name: words.resend, icon: IconMailForward, run: () => ask('resend', invitation) },
        {
          name: words.revoke,
          icon: IconTrash,
          isDestructive: true,
          run: () => ask('revoke', invitation),
        },
      ]}
    />
  ),
});
