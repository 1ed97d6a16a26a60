/** The end of single sign-on: named, and to be typed. */

import { Button, Group } from '@mantine/core';
import { useState } from 'react';
import { settingsTexts } from '#texts/settings.ts';
import { useSsoChanges } from '../../api/identity.ts';
import { useOrganization } from '../../api/session.ts';
import { ConfirmDialog } from '../../pieces/confirm-dialog.tsx';

const words = settingsTexts.sso.remove;

export function RemoveSignOn() {
  const { slug } = useOrganization();
  const { remove } = useSsoChanges();
  const [isAsking, setIsAsking] = useState(false);
  return (
    <Group>
      <Button variant="light" color="red" onClick={() => setIsAsking(true)}>
        {words.action}
      </Button>
      {isAsking ? (
        <ConfirmDialog
          title={words.title}
          effect={words.text}
          action={words.action}
          typed={slug}
          isBusy={remove.isPending}
          error={remove.error}
          onConfirm={() => remove.mutate(undefined, { onSuccess: () => setIsAsking(false) })}
          onClose={() => setIsAsking(false)}
        />
      ) : null}
    </Group>
  );
}
