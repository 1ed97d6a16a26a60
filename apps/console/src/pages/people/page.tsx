/** People: members, teams, invitations, sessions on machines, API tokens. */

import { Skeleton } from '@mantine/core';
import { IconDeviceLaptop, IconKey, IconMail, IconUsers, IconUsersGroup } from '@tabler/icons-react';
import { peopleTexts } from '#texts/people.ts';
import { useMay } from '../../api/session.ts';
import { later } from '../../pieces/later.tsx';
import { PageHeader } from '../../pieces/page-header.tsx';
import { PageTabs } from '../../pieces/page-tabs.tsx';
import { Members } from './members.tsx';

const words = peopleTexts;
const LIST = <Skeleton h={320} />;
const Teams = later(async () => (await import('./teams.tsx')).Teams, LIST);
const Invitations = later(async () => (await import('./invitations.tsx')).Invitations, LIST);
const MachineSessions = later(async () => (await import('./machine-sessions.tsx')).MachineSessions, LIST);
const Tokens = later(async () => (await import('./tokens.tsx')).Tokens, LIST);

const TABS = [
  { value: 'members', name: words.tabs.members, icon: IconUsers, content: Members },
  { value: 'teams', name: words.tabs.teams, icon: IconUsersGroup, content: Teams },
  { value: 'invitations', name: words.tabs.invitations, icon: IconMail, content: Invitations },
  { value: 'sessions', name: words.tabs.sessions, icon: IconDeviceLaptop, content: MachineSessions },
];
const TOKENS = { value: 'tokens', name: words.tabs.tokens, icon: IconKey, content: Tokens };

export function Page() {
  const may = useMay();
  return (
    <>
      <PageHeader title={words.title} lead={words.lead} />
      <PageTabs label={words.tabs.label} tabs={may('tokens:read') ? [...TABS, TOKENS] : TABS} />
    </>
  );
}
