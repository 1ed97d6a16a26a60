/** What a person sees who is signed in and belongs nowhere. */

import { Center, Group } from '@mantine/core';
import { IconUsers } from '@tabler/icons-react';
import { shellTexts } from '#texts/shell.ts';
import { EmptyState } from '../pieces/empty-state.tsx';
import { AccountMenu } from './account-menu.tsx';

export function NoOrganization() {
  return (
    <main>
      <Group justify="flex-end" p="md">
        <AccountMenu />
      </Group>
      <Center mih="60vh">
        <EmptyState icon={IconUsers} {...shellTexts.noOrganization} />
      </Center>
    </main>
  );
}
