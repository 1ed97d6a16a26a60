/** The warning that registries began to use hosts which nobody knew. Nothing where there are none. */

import { Anchor, Paper, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { unknownHostsTexts } from '#texts/unknown-hosts.ts';
import type { Overview } from '../../api/overview.ts';
import { useOrganization } from '../../api/session.ts';
import { UnknownHosts } from '../../pieces/unknown-hosts.tsx';
import { pagePath } from '../../shell/page-path.ts';

const words = unknownHostsTexts;

export function NewHosts({ found }: { readonly found: Overview['unknownHosts'] }) {
  const { slug } = useOrganization();
  if (found === undefined || found.total === 0) return null;
  const more = found.total - found.items.length;
  return (
    <Paper withBorder p="lg" component="section" aria-labelledby="unknown-hosts">
      <Title order={2} size="h4" id="unknown-hosts">
        {words.title}
      </Title>
      <Text c="dimmed" mb="md">
        {words.text}
      </Text>
      <UnknownHosts hosts={found.items} />
      {more > 0 ? (
        <Anchor component={Link} to={pagePath(slug, 'registry-access')} size="sm" mt="md" display="block">
          {words.more(more)}
        </Anchor>
      ) : null}
    </Paper>
  );
}
