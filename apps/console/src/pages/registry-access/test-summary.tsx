/** Whether the policy's own tests pass, and each that does not. */

import { Group, Stack, Text } from '@mantine/core';
import { registryAccessTexts } from '#texts/registry-access.ts';
import type { Draft } from '../../api/draft.ts';
import { StatusBadge } from '../../pieces/status-badge.tsx';

const words = registryAccessTexts.draft;

export function TestSummary({ tests }: { readonly tests: Draft['tests'] }) {
  if (tests.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {words.noTests}
      </Text>
    );
  }
  const failed = tests.filter(({ pass }) => !pass);
  return (
    <Stack gap={4}>
      <Group gap="xs">
        <StatusBadge
          kind={failed.length === 0 ? 'good' : 'bad'}
          text={
            failed.length === 0 ? words.testsPass(tests.length) : words.testsFail(failed.length, tests.length)
          }
        />
      </Group>
      {failed.map(({ action, reference, message }) => (
        <Text key={`${action} ${reference}`} size="sm" className="mono">
          {message}
        </Text>
      ))}
    </Stack>
  );
}
