/** A revision on its way to the machines, live. */

import { Button, Group, List, Progress, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { registryAccessTexts } from '#texts/registry-access.ts';
import type { Schemas } from '../../api/client.ts';
import { onTheWay, rolloutQuery } from '../../api/rollout.ts';
import { useMay, useOrganization } from '../../api/session.ts';
import { ProblemNotice } from '../../pieces/problem-notice.tsx';
import { RelativeTime } from '../../pieces/relative-time.tsx';
import { StatusBadge, type StatusKind } from '../../pieces/status-badge.tsx';
import { pagePath } from '../../shell/page-path.ts';

const words = registryAccessTexts.rollout;
type Rollout = Schemas['Rollout'];

const KINDS: Readonly<Record<Rollout['waiting'][number]['state'], StatusKind>> = {
  rejected: 'bad',
  online: 'waiting',
  offline: 'neutral',
};

export function RolloutView({
  revision,
  onClose,
}: {
  readonly revision: number;
  readonly onClose: () => void;
}) {
  const { slug } = useOrganization();
  const may = useMay()('machines:read');
  const { data, error, refetch } = useQuery({ ...rolloutQuery(slug, revision), enabled: may });
  return (
    <Stack gap="md">
      {error === null ? null : <ProblemNotice error={error} onRetry={() => void refetch()} />}
      {data === undefined ? null : <Numbers rollout={data} />}
      {data === undefined ? null : <Stragglers waiting={data.waiting} />}
      <Group justify="flex-end">
        <Button onClick={onClose} data-autofocus>
          {words.done}
        </Button>
      </Group>
    </Stack>
  );
}

function Numbers({ rollout }: { readonly rollout: Rollout }) {
  const { machines, acknowledged, offline, rejected, revision, elapsedMs } = rollout;
  if (machines === 0) return <Text>{words.none}</Text>;
  const waiting = onTheWay(rollout);
  const progress = words.progress(acknowledged, machines, revision);
  return (
    <Stack gap={6}>
      <Text fw={600} size="lg" aria-live="polite">
        {progress}
      </Text>
      <Progress.Root size="lg">
        <Progress.Section value={(acknowledged / machines) * 100} aria-label={progress} />
      </Progress.Root>
      {acknowledged === machines ? <Text size="sm">{words.everywhere}</Text> : null}
      {waiting === 0 ? null : <Text size="sm">{words.waiting(waiting)}</Text>}
      {offline === 0 ? null : <Text size="sm">{words.offline(offline)}</Text>}
      {rejected === 0 ? null : (
        <Text size="sm" c="var(--pg-denied)">
          {words.rejected(rejected)}
        </Text>
      )}
      {elapsedMs === undefined ? null : (
        <Text size="sm" c="dimmed">
          {words.took(`${(elapsedMs / 1000).toFixed(1)} s`)}
        </Text>
      )}
    </Stack>
  );
}

/** As the server orders them: those that somebody must look at first. */
function Stragglers({ waiting }: { readonly waiting: Rollout['waiting'] }) {
  const { slug } = useOrganization();
  if (waiting.length === 0) return null;
  return (
    <Stack gap={4}>
      <Title order={3} size="h5">
        {words.stragglers}
      </Title>
      <List size="sm" listStyleType="none" withPadding={false} spacing={4}>
        {waiting.map(({ id, name, revision, state, lastSeenAt }) => (
          <List.Item key={id}>
            <Group gap="xs">
              <StatusBadge kind={KINDS[state]} text={words.states[state]} />
              {words.straggler(name, revision)}
              {state === 'online' ? null : <RelativeTime at={lastSeenAt} />}
            </Group>
          </List.Item>
        ))}
      </List>
      <Link to={pagePath(slug, 'machines')} search={{ behind: true }}>
        {words.all}
      </Link>
    </Stack>
  );
}
