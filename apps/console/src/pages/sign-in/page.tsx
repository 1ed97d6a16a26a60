/** Sign-in enforcement: the files to deploy, and which machines obey. */

import { Stack } from '@mantine/core';
import { signInTexts } from '#texts/sign-in.ts';
import { PageHeader } from '../../pieces/page-header.tsx';
import { Deployment } from './deployment.tsx';
import { ObeyingMachines } from './obeying-machines.tsx';

export function Page() {
  const { title, lead } = signInTexts;
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
