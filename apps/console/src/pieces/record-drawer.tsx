/** One item of a list, opened beside it. The focus goes in, and back to where it was. */

import { Box, Drawer } from '@mantine/core';
import type { ReactNode } from 'react';
import { commonTexts } from '#texts/common.ts';

export function RecordDrawer({
  title,
  isOpen,
  onClose,
  children,
}: {
  readonly title: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  return (
    <Drawer
      opened={isOpen}
      onClose={onClose}
      title={title}
      position="right"
      size="xl"
      padding="lg"
      closeButtonProps={{ 'aria-label': commonTexts.close }}
    >
      <Box pt="sm">{children}</Box>
    </Drawer>
  );
}
