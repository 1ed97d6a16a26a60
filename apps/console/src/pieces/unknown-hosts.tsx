/** Hosts that registries began to use, each with what the owner can do about it. Names are the registries' own words: shown as text. */

import { Button, Group, Stack, Text } from '@mantine/core';
import { unknownHostsTexts } from '#texts/unknown-hosts.ts';
import { type RegistryHost, useAcceptHost, useDismissHost } from '../api/registry-hosts.ts';
import { useMay } from '../api/session.ts';
import { ProblemNotice } from './problem-notice.tsx';
import { RelativeTime } from './relative-time.tsx';

const words = unknownHostsTexts;

export function UnknownHosts({ hosts }: { readonly hosts: readonly RegistryHost[] }) {
  const mayWrite = useMay()('policy:write');
  return (
    <Stack gap="sm" component="ul" p={0} m={0} style={{ listStyle: 'none' }}>
      {hosts.map((item) => (
        <li key={item.id}>
          <Group justify="space-between" gap="sm">
            <Facts item={item} />
            {mayWrite ? <Decide item={item} /> : null}
          </Group>
        </li>
      ))}
    </Stack>
  );
}

function Facts({ item }: { readonly item: RegistryHost }) {
  const { registry, host, machines, firstSeenAt, list } = item;
  return (
    <div>
      <Text style={{ overflowWrap: 'anywhere' }}>{words.uses(registry, host)}</Text>
      <Text size="sm" c="dimmed">
        {words.machines(machines)} <RelativeTime at={firstSeenAt} /> · {words.lists[list]}
      </Text>
    </div>
  );
}

function Decide({ item: { id, registry, host } }: { readonly item: RegistryHost }) {
  const accept = useAcceptHost();
  const dismiss = useDismissHost();
  const error = accept.error ?? dismiss.error;
  return (
    <div>
      <Group gap="xs" wrap="nowrap">
        <Button
          size="xs"
          loading={accept.isPending}
          aria-label={words.acceptOf(registry, host)}
          onClick={() => accept.mutate(id)}
        >
          {words.accept}
        </Button>
        <Button
          size="xs"
          variant="default"
          loading={dismiss.isPending}
          aria-label={words.dismissOf(registry, host)}
          onClick={() => dismiss.mutate(id)}
        >
          {words.dismiss}
        </Button>
      </Group>
      {error === null ? null : <ProblemNotice error={error} />}
    </div>
  );
}
