/** An address that leads nowhere. */

import { Button } from '@mantine/core';
import { IconMapQuestion } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { EmptyState } from '../pieces/empty-state.tsx';
import { texts } from '../texts/texts.ts';

export function MissingPage() {
  return (
    <EmptyState icon={IconMapQuestion} {...texts.common.missing}>
      <Button component={Link} to="/" variant="default">
        {texts.shell.pages.overview}
      </Button>
    </EmptyState>
  );
}
