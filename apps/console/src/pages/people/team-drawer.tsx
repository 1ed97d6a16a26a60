/** One team beside the list: its name, who is in it, and its end. */

import { Alert, Button, Divider, Drawer, Group, Skeleton, Stack, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { commonTexts } from '#texts/common.ts';
import { peopleTexts } from '#texts/people.ts';
import { useMay, useOrganization } from '../../api/session.ts';
import { type Team, teamQuery, useRenameTeam } from '../../api/teams.ts';
import { ProblemNotice } from '../../pieces/problem-notice.tsx';
import { DeleteTeam } from './delete-team.tsx';
import { governedTeams, useMappings } from './governed.ts';
import { TeamMembers } from './team-members.tsx';

const words = peopleTexts.teams;

export function TeamDrawer({ slug, onClose }: { readonly slug: string; readonly onClose: () => void }) {
  const { slug: organization } = useOrganization();
  const { data, error, refetch } = useQuery(teamQuery(organization, slug));
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="md"
      title={data?.name ?? slug}
      closeButtonProps={{ 'aria-label': commonTexts.close }}
    >
      {data === undefined && error !== null ? (
        <ProblemNotice error={error} onRetry={() => void refetch()} />
      ) : null}
      {data === undefined && error === null ? <Skeleton h={240} /> : null}
      {data === undefined ? null : <Parts team={data} onGone={onClose} />}
    </Drawer>
  );
}

function Parts({ team, onGone }: { readonly team: Team; readonly onGone: () => void }) {
  const may = useMay()('people:write');
  const [isDeleting, setIsDeleting] = useState(false);
  return (
    <Stack gap="lg">
      <Governed slug={team.slug} />
      {may ? <Rename key={team.name} team={team} /> : null}
      <TeamMembers slug={team.slug} />
      {may ? (
        <>
          <Divider />
          <Group>
            <Button variant="light" color="red" onClick={() => setIsDeleting(true)}>
              {words.delete.action}
            </Button>
          </Group>
        </>
      ) : null}
      {isDeleting ? <DeleteTeam team={team} onGone={onGone} onClose={() => setIsDeleting(false)} /> : null}
    </Stack>
  );
}

function Governed({ slug }: { readonly slug: string }) {
  const all = [...(useMappings('sso') ?? []), ...(useMappings('scim') ?? [])];
  if (!governedTeams(all).includes(slug)) return null;
  return (
    <Alert color="amber" role="note">
      {words.governed}
    </Alert>
  );
}

function Rename({ team }: { readonly team: Team }) {
  const [name, setName] = useState(team.name);
  const rename = useRenameTeam(team.slug, () => notifications.show({ message: words.renamed }));
  const isChanged = name.trim() !== '' && name.trim() !== team.name;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!isChanged) return;
        rename.mutate(name.trim());
      }}
    >
      <Group align="flex-end" wrap="nowrap" gap="xs">
        <TextInput
          label={words.name}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          maxLength={100}
          autoComplete="off"
          flex={1}
        />
        <Button type="submit" variant="default" disabled={!isChanged} loading={rename.isPending}>
          {words.rename}
        </Button>
      </Group>
      {rename.error === null ? null : <ProblemNotice error={rename.error} />}
    </form>
  );
}
