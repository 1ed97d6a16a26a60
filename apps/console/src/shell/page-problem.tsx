/** A page that could not be shown, with the way to try again. */

import { Box } from '@mantine/core';
import type { ErrorComponentProps } from '@tanstack/react-router';
import { ProblemNotice } from '../pieces/problem-notice.tsx';

export function PageProblem({ error, reset }: ErrorComponentProps) {
  return (
    <Box p="md">
      <ProblemNotice error={error} onRetry={reset} />
    </Box>
  );
}
