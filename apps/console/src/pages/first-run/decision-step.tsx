/** Step 4: commands to try, and the decisions as they arrive. */

import { Group, Loader, Stack, Text, Title } from '@mantine/core';
import { firstRunTexts } from '#texts/first-run.ts';
import type { Decision } from '../../api/latest-decisions.ts';
import { CopyText } from '../../pieces/copy-text.tsx';
import { RelativeTime } from '../../pieces/relative-time.tsx';
import { StatusBadge, type StatusKind } from '../../pieces/status-badge.tsx';
import { type Progress, Step } from './step.tsx';

const words = firstRunTexts.decision;
const KINDS: Readonly<Record<keyof typeof words.verdicts, StatusKind>> = {
  allowed: 'good',
  denied: 'bad',
  observed: 'waiting',
};

export function DecisionStep({
  progress,
  decisions,
  isLive,
}: {
  readonly progress: Progress;
  readonly decisions: readonly Decision[];
  readonly isLive: boolean;
}) {
  return (
    <Step at={4} title={words.title} progress={progress}>
      <Text>{words.lead}</Text>
      <CopyText label={words.allowed} text="docker pull alpine" />
      <CopyText label={words.denied} text="docker pull ghcr.io/acme/app" />
      <Text size="sm" c="dimmed">
        {words.curlText}
      </Text>
      <CopyText label={words.curl} text="curl -I -x http://127.0.0.1:7081 https://ghcr.io/v2/" />
      <div aria-live="polite">
        {decisions.length === 0 ? null : <Decisions decisions={decisions} />}
        <Group gap="xs" wrap="nowrap" mt={decisions.length === 0 ? 0 : 'sm'}>
          <Loader size="xs" type="dots" aria-hidden />
          <Text size="sm" c="dimmed">
            {isLive ? words.waiting : words.lost}
          </Text>
        </Group>
      </div>
    </Step>
  );
}

function Decisions({ decisions }: { readonly decisions: readonly Decision[] }) {
  return (
    <Stack gap="xs">
      <Title order={3} size="h6">
        {words.newest}
      </Title>
      {decisions.map((decision) => (
        <Arrived key={decision.id} decision={decision} />
      ))}
    </Stack>
  );
}

function Arrived({ decision }: { readonly decision: Decision }) {
  const { registry, repository, tag, action, machine, at, message } = decision;
  const outcome = outcomeOf(decision);
  const what = `${registry}${repository === undefined ? '' : `/${repository}`}${tag === undefined ? '' : `:${tag}`}`;
  return (
    <Group gap="sm" align="flex-start" wrap="nowrap">
      <StatusBadge kind={KINDS[outcome]} text={words.verdicts[outcome]} />
      <div style={{ overflowWrap: 'anywhere' }}>
        <Text size="sm">
          {action} <code>{what}</code> {words.on(machine.name)}, <RelativeTime at={at} />
        </Text>
        {message === undefined ? null : (
          <Text size="sm" c="dimmed">
            {message}
          </Text>
        )}
      </div>
    </Group>
  );
}

function outcomeOf({ verdict, effect }: Decision): keyof typeof words.verdicts {
  if (verdict === 'allow') return 'allowed';
  return effect === 'refuse' ? 'denied' : 'observed';
}
