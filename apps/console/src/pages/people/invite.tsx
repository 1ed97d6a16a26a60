/** An invitation: address, role, teams. */

import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { commonTexts } from '#texts/common.ts';
import { peopleTexts } from '#texts/people.ts';
import { type Invitation, type InvitationWish, useInvite } from '../../api/invitations.ts';
import { ProblemNotice } from '../../pieces/problem-notice.tsx';
import { RoleSelect } from '../../pieces/role-select.tsx';
import { TeamSelect } from '../../pieces/team-select.tsx';

const words = peopleTexts.invitations;
const EMAIL = /^[^\s@]+@[^\s@]+$/;

export function Invite({
  onSent,
  onClose,
}: {
  readonly onSent: (invitation: Invitation) => void;
  readonly onClose: () => void;
}) {
  const invite = useInvite();
  const form = useForm<Required<InvitationWish>>({
    initialValues: { email: '', role: 'member', teams: [] },
    validate: { email: (email) => (EMAIL.test(email.trim()) ? null : words.emailWrong) },
  });
  return (
    <Modal opened onClose={onClose} title={words.title} centered>
      <form
        noValidate
        onSubmit={form.onSubmit((wish) =>
          invite.mutate({ ...wish, email: wish.email.trim() }, { onSuccess: onSent }),
        )}
      >
        <Stack>
          <TextInput
            type="email"
            label={words.email}
            required
            withAsterisk={false}
            autoComplete="off"
            data-autofocus
            {...form.getInputProps('email')}
          />
          <RoleSelect
            label={words.role}
            value={form.values.role}
            onChange={(role) => form.setFieldValue('role', role)}
          />
          <TeamSelect label={words.teams} {...form.getInputProps('teams')} />
          {invite.error === null ? null : <ProblemNotice error={invite.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {commonTexts.cancel}
            </Button>
            <Button type="submit" loading={invite.isPending}>
              {words.send}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
