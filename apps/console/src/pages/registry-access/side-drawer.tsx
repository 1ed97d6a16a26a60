/** A drawer beside the page. What was typed in it is not lost by a key or a click: closing asks first. */

import { Button, Drawer, Group, Paper, Stack, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { commonTexts } from '#texts/common.ts';
import { registryAccessTexts } from '#texts/registry-access.ts';

const words = registryAccessTexts.form;

export function SideDrawer({
  title,
  isDirty = false,
  onClose,
  children,
}: {
  readonly title: string;
  readonly isDirty?: boolean;
  readonly onClose: () => void;
  readonly children: (close: () => void) => ReactNode;
}) {
  const [isAsking, setAsking] = useState(false);
  const close = () => (isDirty ? setAsking(true) : onClose());
  return (
    <Drawer
      opened
      onClose={close}
      title={
        <Text span fw={650} size="lg">
          {title}
        </Text>
      }
      position="right"
      size="xl"
      closeOnClickOutside={!isDirty}
      closeButtonProps={{ 'aria-label': commonTexts.close }}
      overlayProps={{ backgroundOpacity: 0.35 }}
      styles={{ body: { paddingTop: 'var(--mantine-spacing-md)' } }}
    >
      {isAsking ? (
        <Paper withBorder p="md" mb="md" role="alertdialog" aria-label={words.unsaved}>
          <Stack gap="xs">
            <Text fw={600}>{words.unsaved}</Text>
            <Text size="sm">{words.unsavedEffect}</Text>
            <Group justify="flex-end">
              <Button variant="default" onClick={() => setAsking(false)} autoFocus>
                {commonTexts.cancel}
              </Button>
              <Button color="red" onClick={onClose}>
                {words.forget}
              </Button>
            </Group>
          </Stack>
        </Paper>
      ) : null}
      {children(close)}
    </Drawer>
  );
}
