/** Deactivating, reactivating and removing a member, and leaving oneself: each names its effect. */

import { Button, Divider, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { peopleTexts } from '#texts/people.ts';
import { ssoQuery } from '../../api/identity.ts';
import { type Member, useRemoveMember, useUpdateMember } from '../../api/members.ts';
import { useOrganization, useSession } from '../../api/session.ts';
import { ConfirmDialog } from '../../pieces/confirm-dialog.tsx';
import { ProblemNotice } from '../../pieces/problem-notice.tsx';
import { useChangeable } from './may-change.ts';

const words = peopleTexts.member;

export function MemberEnding({ member, onGone }: { readonly member: Member; readonly onGone: () => void }) {
  const { mayWrite, isLastOwner } = useChangeable(member);
  const { user } = useSession();
  const [asked, setAsked] = useState<'deactivate' | 'remove'>();
  const isSelf = member.id === user.id;
  if (isLastOwner || !(mayWrite || isSelf)) return null;
  const close = () => setAsked(undefined);
  return (
    <Stack gap="sm">
      <Divider />
      {member.state === 'deactivated' ? <Reactivate member={member} /> : null}
      <Group>
        {member.state === 'active' && !isSelf ? (
          <Button variant="default" onClick={() => setAsked('deactivate')}>
            {words.deactivate.action}
          </Button>
        ) : null}
        <Button variant="light" color="red" onClick={() => setAsked('remove')}>
          {isSelf ? words.leave.action : words.remove.action}
        </Button>
      </Group>
      {asked === 'deactivate' ? <Deactivating member={member} onClose={close} /> : null}
      {asked === 'remove' ? (
        <Removing member={member} isSelf={isSelf} onGone={onGone} onClose={close} />
      ) : null}
    </Stack>
  );
}

function Reactivate({ member }: { readonly member: Member }) {
  const update = useUpdateMember(member.id);
  return (
    <Stack gap="xs" align="flex-start">
      <Text size="sm">{words.reactivate.text}</Text>
      {update.error === null ? null : <ProblemNotice error={update.error} />}
      <Button loading={update.isPending} onClick={() => update.mutate({ state: 'active' })}>
        {words.reactivate.action}
      </Button>
    </Stack>
  );
}

function Deactivating({ member, onClose }: { readonly member: Member; readonly onClose: () => void }) {
  const update = useUpdateMember(member.id);
  return (
    <ConfirmDialog
      title={words.deactivate.title(member.name)}
      effect={words.deactivate.text}
      action={words.deactivate.action}
      isBusy={update.isPending}
      error={update.error}
      onConfirm={() => update.mutate({ state: 'deactivated' }, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}

function Removing({
  member,
  isSelf,
  onGone,
  onClose,
}: {
  readonly member: Member;
  readonly isSelf: boolean;
  readonly onGone: () => void;
  readonly onClose: () => void;
}) {
  const { slug } = useOrganization();
  const remove = useRemoveMember(member.id);
  const { data: sso } = useQuery(ssoQuery(slug));
  const comesBack = !isSelf && sso?.justInTime === true;
  return (
    <ConfirmDialog
      title={isSelf ? words.leave.title : words.remove.title(member.name)}
      effect={
        <Stack gap="xs">
          <Text>{isSelf ? words.leave.text : words.remove.text}</Text>
          {comesBack ? <Text>{words.remove.bySso}</Text> : null}
        </Stack>
      }
      action={isSelf ? words.leave.action : words.remove.action}
      typed={member.email}
      isBusy={remove.isPending}
      error={remove.error}
      onConfirm={() =>
        remove.mutate(undefined, { onSuccess: () => (isSelf ? location.assign('/') : onGone()) })
      }
      onClose={onClose}
    />
  );
}
