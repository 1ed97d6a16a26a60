/**
 * Hosts that registries began to use, each with what the owner can do about it: accept it as what it was seen as or as what the
 * owner knows it to be, or dismiss it. Names are the registries' own words: shown as text.
 */

import { Button, Group, NativeSelect, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { unknownHostsTexts } from '#texts/unknown-hosts.ts';
import { type ProfileList, type RegistryHost, useAcceptHost, useDismissHost } from '../api/registry-hosts.ts';
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

const LISTS = ['tokenHosts', 'blobHosts', 'broadBlobHosts'] as const satisfies readonly ProfileList[];

function Decide({ item }: { readonly item: RegistryHost }) {
  const { id, registry, host } = item;
  const [list, setList] = useState(item.list);
  const accept = useAcceptHost();
  const dismiss = useDismissHost();
  const error = accept.error ?? dismiss.error;
  return (
    <div>
      <Group gap="xs">
        <NativeSelect
          size="xs"
          aria-label={words.asOf(registry, host)}
          data={LISTS.map((value) => ({ value, label: words.as[value] }))}
          value={list}
          onChange={({ currentTarget: { value } }) => setList(value as ProfileList)}
        />
        <Button
          size="xs"
          loading={accept.isPending}
          aria-label={words.acceptOf(registry, host)}
          onClick={() => accept.mutate({ id, list })}
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
