/** What the server refused or did not answer, in its own words, with the way out. */

import { Alert, Button, Code, Group, Stack, Text } from '@mantine/core';
import { IconAlertCircle, IconLock, IconMapQuestion } from '@tabler/icons-react';
import { commonTexts } from '#texts/common.ts';
import { ApiProblem } from '../api/problem.ts';
import { EmptyState } from './empty-state.tsx';

export function ProblemNotice({
  error,
  onRetry,
}: {
  readonly error: unknown;
  readonly onRetry?: (() => void) | undefined;
}) {
  if (error instanceof ApiProblem && error.isForbidden && error.code === 'FORBIDDEN') {
    return <EmptyState icon={IconLock} {...commonTexts.noPermission} />;
  }
  if (error instanceof ApiProblem && error.isMissing) {
    return <EmptyState icon={IconMapQuestion} {...commonTexts.missing} />;
  }
  const { message, hint, code } = toWords(error);
  return (
    <Alert color="red" icon={<IconAlertCircle />} title={commonTexts.problem} role="alert">
      <Stack gap="xs">
        <Text size="sm">{message}</Text>
        {hint === undefined ? null : <Text size="sm">{hint}</Text>}
        <Group gap="sm">
          {onRetry === undefined ? null : (
            <Button size="xs" variant="default" onClick={onRetry}>
              {commonTexts.retry}
            </Button>
          )}
          {code === undefined ? null : <Code>{code}</Code>}
        </Group>
      </Stack>
    </Alert>
  );
}

function toWords(error: unknown): { message: string; hint?: string | undefined; code?: string } {
  if (error instanceof ApiProblem) return { message: error.message, hint: error.hint, code: error.code };
  return { message: error instanceof Error ? error.message : String(error) };
}
