/** An address that leads nowhere. */

import { Button } from '@mantine/core';
import { IconMapQuestion } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { commonTexts } from '#texts/common.ts';
import { shellTexts } from '#texts/shell.ts';
import { EmptyState } from '../pieces/empty-state.tsx';

export function MissingPage() {
  return (
    <EmptyState icon={IconMapQuestion} {...commonTexts.missing}>
      <Button component={Link} to="/" variant="default">
        {shellTexts.pages.overview}
      </Button>
    </EmptyState>
  );
}
