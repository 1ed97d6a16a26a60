/** The place of a page until its code is here: the same heights, so that nothing jumps. */

import { Skeleton, Stack } from '@mantine/core';
import { commonTexts } from '#texts/common.ts';

export function PagePending() {
  return (
    <Stack aria-busy="true" aria-label={commonTexts.loading} role="status">
      <Skeleton h={34} w={240} />
      <Skeleton h={20} w={380} maw="100%" />
      <Skeleton h={320} mt="md" />
    </Stack>
  );
}
