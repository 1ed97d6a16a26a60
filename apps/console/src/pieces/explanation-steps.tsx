/** A decision rule by rule, in the order of precedence; the last step is the verdict. */

import { Group, List, Text } from '@mantine/core';
import { checkTexts } from '#texts/check.ts';
import { StatusBadge, type StatusKind } from './status-badge.tsx';

export interface Step {
  readonly ruleId?: string;
  readonly outcome: string;
  readonly text: string;
}

const KINDS: Readonly<Record<string, StatusKind>> = {
  deny: 'bad',
  block: 'bad',
  grant: 'good',
  allow: 'good',
};

export function ExplanationSteps({ steps }: { readonly steps: readonly Step[] }) {
  return (
    <List type="ordered" listStyleType="none" spacing="xs" withPadding={false}>
      {steps.map(({ ruleId, outcome, text }) => (
        <List.Item key={`${ruleId ?? ''} ${outcome} ${text}`}>
          <Group gap="sm" wrap="nowrap" align="flex-start">
            <StatusBadge kind={KINDS[outcome] ?? 'neutral'} text={checkTexts.outcomes[outcome] ?? outcome} />
            <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
              {text}
            </Text>
          </Group>
        </List.Item>
      ))}
    </List>
  );
}
