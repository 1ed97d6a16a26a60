/** Whether the record holds: recomputed on the server when asked. */

import { Alert, Button, Code, CopyButton, Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconShieldCheck } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { activityTexts } from '#texts/activity.ts';
import { commonTexts } from '#texts/common.ts';
import { type Verification, verifyActivity } from '../../api/activity.ts';
import { useOrganization } from '../../api/session.ts';
import { ProblemNotice } from '../../pieces/problem-notice.tsx';

const words = activityTexts.verify;

export function VerifyRecord() {
  const { slug } = useOrganization();
  const { data, error, isPending, mutate } = useMutation({ mutationFn: () => verifyActivity(slug) });
  return (
    <Stack gap="sm" mb="md" align="flex-start">
      <Button
        variant="default"
        leftSection={<IconShieldCheck size={16} aria-hidden />}
        loading={isPending}
        onClick={() => mutate()}
      >
        {words.action}
      </Button>
      <div aria-live="polite">
        {error === null ? null : <ProblemNotice error={error} onRetry={() => mutate()} />}
        {data === undefined ? null : <Result verification={data} />}
      </div>
    </Stack>
  );
}

function Result({ verification: { entries, head, broken } }: { readonly verification: Verification }) {
  if (broken !== undefined) {
    return (
      <Alert color="red" icon={<IconAlertTriangle />} title={words.broken}>
        <Text size="sm">{broken.text}</Text>
        {broken.seq === undefined ? null : <Text size="sm">{words.brokenAt(broken.seq)}</Text>}
        <Text size="sm">{words.holdUntil(entries)}</Text>
      </Alert>
    );
  }
  return (
    <Alert color="gate" icon={<IconShieldCheck />} title={words.holds}>
      <Text size="sm">{words.entries(entries)}</Text>
      {head === undefined ? null : <Head head={head} />}
    </Alert>
  );
}

function Head({ head }: { readonly head: string }) {
  return (
    <Stack gap={6} mt="xs">
      <Text size="sm">{words.head}</Text>
      <Group gap="sm">
        <Code>{head}</Code>
        <CopyButton value={head}>
          {({ copied, copy }) => (
            <Button size="compact-sm" variant="default" onClick={copy}>
              {copied ? commonTexts.copied : commonTexts.copy}
            </Button>
          )}
        </CopyButton>
      </Group>
    </Stack>
  );
}
