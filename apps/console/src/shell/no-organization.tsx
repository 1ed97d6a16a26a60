/** What a person sees who is signed in and belongs nowhere. */

import { Center, Group } from '@mantine/core';
import { IconUsers } from '@tabler/icons-react';
import { EmptyState } from '../pieces/empty-state.tsx';
import { texts } from '../texts/texts.ts';
import { AccountMenu } from './account-menu.tsx';

export function NoOrganization() {
  return (
    <main>
      <Group justify="flex-end" p="md">
        <AccountMenu />
      </Group>
      <Center mih="60vh">
        <EmptyState icon={IconUsers} {...texts.shell.noOrganization} />
      </Center>
    </main>
  );
}
