/** Role and teams of a member: read by who may not change them, saved together by who may. */

import { Button, Group, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { commonTexts } from '#texts/common.ts';
import { peopleTexts } from '#texts/people.ts';
import { roleTexts } from '#texts/roles.ts';
import { type Member, ROLES, useEditMember } from '../../api/members.ts';
import { useSession } from '../../api/session.ts';
import { ConfirmDialog } from '../../pieces/confirm-dialog.tsx';
import { ProblemNotice } from '../../pieces/problem-notice.tsx';
import { RoleSelect } from '../../pieces/role-select.tsx';
import { TeamSelect } from '../../pieces/team-select.tsx';
import { useChangeable } from './may-change.ts';
import { Section } from './section.tsx';
import { TeamBadges } from './team-badges.tsx';

const words = peopleTexts.member;

export function MemberForm({ member }: { readonly member: Member }) {
  const { mayWrite, isOwnersOnly, isLastOwner } = useChangeable(member);
  if (mayWrite) return <Fields member={member} isLastOwner={isLastOwner} />;
  const { name, text } = roleTexts[member.role];
  return (
    <>
      <Section title={words.role}>
        <Text size="sm">
          {name}. {text} {isOwnersOnly ? words.ownersOnly : ''}
        </Text>
      </Section>
      <Section title={words.teams}>
        <TeamBadges teams={member.teams} />
      </Section>
    </>
  );
}

function Fields({ member, isLastOwner }: { readonly member: Member; readonly isLastOwner: boolean }) {
  const { user } = useSession();
  const [role, setRole] = useState(member.role);
  const [teams, setTeams] = useState<readonly string[]>(member.teams);
  const [isAsking, setIsAsking] = useState(false);
  const edit = useEditMember(member, () => notifications.show({ message: words.saved }));
  const isChanged = role !== member.role || [...teams].sort().join() !== [...member.teams].sort().join();
  const losesOwn = member.id === user.id && ROLES.indexOf(role) > ROLES.indexOf(member.role);
  const save = () => edit.mutate({ role, teams: [...teams] });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (losesOwn) setIsAsking(true);
        else save();
      }}
    >
      <Stack gap="sm">
        <RoleSelect label={words.role} value={role} onChange={setRole} disabled={isLastOwner} />
        {isLastOwner ? <Text size="sm">{words.lastOwner}</Text> : null}
        <TeamSelect label={words.teams} value={teams} onChange={setTeams} />
        {edit.error === null || isAsking ? null : <ProblemNotice error={edit.error} />}
        <Group justify="flex-end">
          <Button type="submit" disabled={!isChanged} loading={edit.isPending}>
            {commonTexts.save}
          </Button>
        </Group>
      </Stack>
      {isAsking ? (
        <ConfirmDialog
          title={words.demote.title}
          effect={words.demote.text(roleTexts[role].name.toLowerCase())}
          action={words.demote.action}
          isBusy={edit.isPending}
          error={edit.error}
          onConfirm={save}
          onClose={() => setIsAsking(false)}
        />
      ) : null}
    </form>
  );
}
