/** The test of the saved connection, step by step as the server tells it. */

import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { IconPlugConnected } from '@tabler/icons-react';
import { settingsTexts } from '#texts/settings.ts';
import { type SsoTest, useSsoChanges } from '../../api/identity.ts';
import { ProblemNotice } from '../../pieces/problem-notice.tsx';
import { StatusBadge } from '../../pieces/status-badge.tsx';
import classes from './settings.module.css';

const words = settingsTexts.sso.test;

export function SignOnTest() {
  const { test } = useSsoChanges();
  return (
    <Paper withBorder p="lg" component="section" aria-labelledby="test">
      <Stack>
        <div>
          <Title order={2} size="h4" id="test">
            {words.title}
          </Title>
          <Text c="dimmed">{words.text}</Text>
        </div>
        <Group>
          <Button
            variant="default"
            leftSection={<IconPlugConnected size={18} aria-hidden />}
            loading={test.isPending}
            onClick={() => test.mutate()}
          >
            {words.run}
          </Button>
        </Group>
        <div aria-live="polite">
          {test.error === null ? null : <ProblemNotice error={test.error} />}
          {test.data === undefined ? null : <Steps test={test.data} />}
        </div>
      </Stack>
    </Paper>
  );
}

function Steps({ test: { ok, steps } }: { readonly test: SsoTest }) {
  return (
    <Stack gap="xs">
      <ol className={classes.steps}>
        {steps.map((step) => (
          <li key={step.name}>
            <StatusBadge kind={step.ok ? 'good' : 'bad'} text={step.ok ? words.ok : words.failed} />
            <span className={classes.step}>{step.name}</span>
            <span className={classes.text}>{step.text}</span>
          </li>
        ))}
      </ol>
      <Text fw={600}>{ok ? words.good : words.bad}</Text>
    </Stack>
  );
}
