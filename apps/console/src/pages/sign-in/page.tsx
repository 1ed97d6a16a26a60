/** Sign-in enforcement: the files to deploy, and which machines obey. */

import { Stack } from '@mantine/core';
import { PageHeader } from '../../pieces/page-header.tsx';
import { texts } from '../../texts/texts.ts';
import { Deployment } from './deployment.tsx';
import { ObeyingMachines } from './obeying-machines.tsx';

export function Page() {
  const { title, lead } = texts.signIn;
  return (
    <>
      <PageHeader title={title} lead={lead} />
      <Stack gap="xl">
        <Deployment />
        <ObeyingMachines />
      </Stack>
    </>
  );
}
