/** Why: rule by rule, with the lines of the policy that decided. */

import { Alert, Stack, Text, Title } from '@mantine/core';
import { checkTexts } from '#texts/check.ts';
import { decisionsTexts } from '#texts/decisions.ts';
import type { DecisionDetail } from '../../api/decisions.ts';
import { ExplanationSteps } from '../../pieces/explanation-steps.tsx';
import { PolicyLines } from '../../pieces/policy-lines.tsx';

const words = decisionsTexts.detail;

export function Explanation({
  explanation,
}: {
  readonly explanation: DecisionDetail['explanation'] | undefined;
}) {
  if (explanation === undefined) return <Text c="dimmed">{words.unexplained}</Text>;
  const { agrees, steps, rule, nearest } = explanation;
  return (
    <Stack gap="sm">
      <Title order={3} size="h5">
        {words.explanation}
      </Title>
      {agrees ? null : (
        <Alert color="amber" role="note">
          {words.differs}
        </Alert>
      )}
      <ExplanationSteps steps={steps} />
      {rule === undefined ? null : (
        <div>
          <Title order={4} size="h6" mb={4}>
            {checkTexts.rule(rule.id)}
          </Title>
          <PolicyLines line={rule.line} yaml={rule.yaml} />
        </div>
      )}
      {nearest === undefined ? null : (
        <div>
          <Title order={4} size="h6">
            {checkTexts.nearest}
          </Title>
          <Text size="sm">{nearest.text}</Text>
        </div>
      )}
    </Stack>
  );
}
