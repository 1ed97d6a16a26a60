/** A revision on its way to the machines, live. */

import { Button, Group, List, Progress, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { registryAccessTexts } from '#texts/registry-access.ts';
import type { Schemas } from '../../api/client.ts';
import { onTheWay, rolloutQuery, stragglersQuery } from '../../api/rollout.ts';
import { useMay, useOrganization } from '../../api/session.ts';
import { ProblemNotice } from '../../pieces/problem-notice.tsx';
import { RelativeTime } from '../../pieces/relative-time.tsx';
import { pagePath } from '../../shell/page-path.ts';

const words = registryAccessTexts.rollout;
type Rollout = Schemas['Rollout'];

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
      {data === undefined || data.machines === data.acknowledged ? null : <Stragglers revision={revision} />}
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

function Stragglers({ revision }: { readonly revision: number }) {
  const { slug } = useOrganization();
  const { data } = useQuery(stragglersQuery(slug, revision));
  if (data === undefined || data.items.length === 0) return null;
  return (
    <Stack gap={4}>
      <Title order={3} size="h5">
        {words.stragglers}
      </Title>
      <List size="sm" listStyleType="none" withPadding={false}>
        {data.items.map(({ id, name, revision: at, lastSeenAt }) => (
          <List.Item key={id}>
            {name}
            {at === undefined ? null : `, r${at}`}, <RelativeTime at={lastSeenAt} />
          </List.Item>
        ))}
      </List>
      <Link to={pagePath(slug, 'machines')} search={{ behind: true }}>
        {words.all}
      </Link>
    </Stack>
  );
}
