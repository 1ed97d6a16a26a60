/** Sending an invitation again, and taking it back. */

import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { commonTexts } from '#texts/common.ts';
import { peopleTexts } from '#texts/people.ts';
import { type Invitation, useResendInvitation, useRevokeInvitation } from '../../api/invitations.ts';
import { ConfirmDialog } from '../../pieces/confirm-dialog.tsx';
import { ProblemNotice } from '../../pieces/problem-notice.tsx';

const words = peopleTexts.invitations;

export function Resending({
  invitation,
  onSent,
  onClose,
}: {
  readonly invitation: Invitation;
  readonly onSent: (invitation: Invitation) => void;
  readonly onClose: () => void;
}) {
  const resend = useResendInvitation();
  return (
    <Modal opened onClose={onClose} title={words.resending.title(invitation.email)} centered>
      <Stack>
        <Text>{words.resending.text}</Text>
        {resend.error === null ? null : <ProblemNotice error={resend.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {commonTexts.cancel}
          </Button>
          <Button
            data-autofocus
            loading={resend.isPending}
            onClick={() => resend.mutate(invitation.id, { onSuccess: onSent })}
          >
            {words.resend}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

export function Revoking({
  invitation,
  onClose,
}: {
  readonly invitation: Invitation;
  readonly onClose: () => void;
}) {
  const revoke = useRevokeInvitation();
  return (
    <ConfirmDialog
      title={words.revoking.title(invitation.email)}
      effect={words.revoking.text}
      action={words.revoking.action}
      isBusy={revoke.isPending}
      error={revoke.error}
      onConfirm={() => revoke.mutate(invitation.id, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}
