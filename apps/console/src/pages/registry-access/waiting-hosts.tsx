/** Hosts that registries of the list began to use, to be accepted or dismissed. Nothing where there are none. */

import { Alert, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { unknownHostsTexts } from '#texts/unknown-hosts.ts';
import { waitingHostsQuery } from '../../api/registry-hosts.ts';
import { useOrganization } from '../../api/session.ts';
import { UnknownHosts } from '../../pieces/unknown-hosts.tsx';

const words = unknownHostsTexts;

export function WaitingHosts() {
  const { slug } = useOrganization();
  const { data } = useQuery(waitingHostsQuery(slug));
  if (data === undefined || (data.items.length === 0 && data.overflow.length === 0)) return null;
  return (
    <Alert
      color="amber"
      variant="outline"
      icon={<IconAlertTriangle aria-hidden />}
      title={words.title}
      role="region"
      aria-label={words.title}
    >
      <Text c="dimmed" mb="sm">
        {words.text}
      </Text>
      <UnknownHosts hosts={data.items} />
      {data.overflow.map(({ registry, day, sightings }) => (
        <Text key={`${registry} ${day}`} size="sm" mt="sm">
          {words.overflow(registry, day, sightings)}
        </Text>
      ))}
    </Alert>
  );
}
