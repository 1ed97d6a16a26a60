/** Revoking a machine, typed; and what is said of one that is revoked. */

import { Alert, Button, Stack, Text } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { useState } from 'react';
import { machinesTexts } from '#texts/machines.ts';
import { useRevokeMachine } from '../../api/machine.ts';
import type { Machine } from '../../api/machines.ts';
import { useOrganization } from '../../api/session.ts';
import { ConfirmDialog } from '../../pieces/confirm-dialog.tsx';

const words = machinesTexts.revoke;

export function RevokeMachine({ machine: { id, name } }: { readonly machine: Machine }) {
  const { slug } = useOrganization();
  const [isOpen, setOpen] = useState(false);
  const { mutate, isPending, error, reset } = useRevokeMachine(slug, id);
  const close = () => {
    setOpen(false);
    reset();
  };
  return (
    <div>
      <Button
        variant="light"
        color="red"
        leftSection={<IconPlugConnectedX size={18} aria-hidden />}
        onClick={() => setOpen(true)}
      >
        {words.action}
      </Button>
      {isOpen ? (
        <ConfirmDialog
          title={words.title(name)}
          effect={
            <Stack gap="xs">
              <Text>{words.effect(name)}</Text>
              <Text>{words.back}</Text>
            </Stack>
          }
          action={words.action}
          typed={name}
          isBusy={isPending}
          error={error}
          onConfirm={() => mutate(undefined, { onSuccess: close })}
          onClose={close}
        />
      ) : null}
    </div>
  );
}

export function Revoked() {
  return (
    <Alert color="red" icon={<IconPlugConnectedX aria-hidden />} title={words.revoked}>
      {words.revokedText}
    </Alert>
  );
}
