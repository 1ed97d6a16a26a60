/** A part of a drawer with its heading. */

import { Stack, Title } from '@mantine/core';
import type { ReactNode } from 'react';

export function ReviewSection({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <Stack gap={6} component="section">
      <Title order={3} size="h5">
        {title}
      </Title>
      {children}
    </Stack>
  );
}
