/** The answer: verdict, sentence, and how it came about. */

import { Alert, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { checkTexts } from '#texts/check.ts';
import type { Schemas } from '../../api/client.ts';
import { ExplanationSteps } from '../../pieces/explanation-steps.tsx';
import { PolicyLines } from '../../pieces/policy-lines.tsx';
import { StatusBadge } from '../../pieces/status-badge.tsx';

const words = checkTexts;

export function Answer({
  answer,
  isDraft,
}: {
  readonly answer: Schemas['PolicyCheck'];
  readonly isDraft: boolean;
}) {
  const { verdict, effect, mode, revision, message, reference, action, nearest, steps, rule } = answer;
  const passes = verdict === 'deny' && effect === 'forward';
  return (
    <Paper withBorder p="lg">
      <Stack gap="md">
        <Group gap="sm">
          <StatusBadge kind={verdict === 'allow' ? 'good' : 'bad'} text={words.verdicts[verdict]} />
          <Title order={2} size="h4">
            <code>{reference}</code>
          </Title>
          <Text c="dimmed">
            {action}, {isDraft ? words.byDraft : words.byRevision(revision)}
          </Text>
        </Group>
        <Text>{message}</Text>
        {passes ? (
          <Alert color="amber" role="note">
            {mode === 'off' ? words.off : words.observed}
          </Alert>
        ) : null}
        {nearest === undefined ? null : (
          <div>
            <Title order={3} size="h5">
              {words.nearest}
            </Title>
            <Text>{nearest.text}</Text>
          </div>
        )}
        {rule === undefined ? null : (
          <div>
            <Title order={3} size="h5" mb="xs">
              {words.rule(rule.id)}
            </Title>
            <PolicyLines line={rule.line} yaml={rule.yaml} />
          </div>
        )}
        {steps.length === 0 ? null : (
          <div>
            <Title order={3} size="h5" mb="xs">
              {words.steps}
            </Title>
            <ExplanationSteps steps={steps} />
          </div>
        )}
      </Stack>
    </Paper>
  );
}
