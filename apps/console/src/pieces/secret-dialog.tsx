/** A secret that the server tells once: it can be copied until the dialog is closed, and not afterwards. */

import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { commonTexts } from '#texts/common.ts';
import { CopyField } from './copy-field.tsx';

export function SecretDialog({
  title,
  label,
  value,
  children,
  onClose,
}: {
  readonly title: string;
  readonly label: string;
  readonly value: string;
  /** What to do with it. */
  readonly children: ReactNode;
  readonly onClose: () => void;
}) {
  return (
    // A click beside the dialog must not lose what is shown once.
    <Modal opened onClose={onClose} title={title} centered size="lg" closeOnClickOutside={false}>
      <Stack>
        <Alert color="amber" icon={<IconKey />} role="note">
          {commonTexts.shownOnce}
        </Alert>
        <CopyField label={label} value={value} />
        <Text component="div" size="sm">
          {children}
        </Text>
        <Group justify="flex-end">
          <Button onClick={onClose}>{commonTexts.done}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
