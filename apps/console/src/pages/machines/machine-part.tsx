/** A titled part of what is said of a machine. */

import { Stack, Title } from '@mantine/core';
import { type ReactNode, useId } from 'react';

export function MachinePart({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <Stack gap="xs">
        <Title order={3} size="h5" id={id}>
          {title}
        </Title>
        {children}
      </Stack>
    </section>
  );
}
