/** One step: its number or a tick, its title, how far it is. */

import { Group, Paper, Stack, ThemeIcon, Title, VisuallyHidden } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { firstRunTexts } from '#texts/first-run.ts';

const words = firstRunTexts;

export type Progress = 'done' | 'now' | 'later';

export function Step({
  at,
  title,
  progress,
  children,
}: {
  readonly at: number;
  readonly title: string;
  readonly progress: Progress;
  readonly children: ReactNode;
}) {
  const id = `step-${at}`;
  return (
    <Paper withBorder p="lg" component="section" aria-labelledby={id}>
      <Group gap="md" wrap="nowrap" align="flex-start">
        <ThemeIcon
          size={32}
          radius="xl"
          variant={progress === 'now' ? 'filled' : 'light'}
          color={progress === 'later' ? 'gray' : 'gate'}
          aria-hidden
        >
          {progress === 'done' ? <IconCheck size={18} /> : at}
        </ThemeIcon>
        <Stack gap="sm" flex={1} miw={0}>
          <Title order={2} size="h4" id={id} mt={3}>
            {title}
            <VisuallyHidden>
              {', '}
              {words.steps[progress]}
            </VisuallyHidden>
          </Title>
          {children}
        </Stack>
      </Group>
    </Paper>
  );
}
