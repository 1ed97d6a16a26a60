/** The registries that were denied most, each leading to its decisions. */

import { Anchor, Group, Paper, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { overviewTexts } from '#texts/overview.ts';
import type { Overview } from '../../api/overview.ts';
import { useOrganization } from '../../api/session.ts';
import { pageLink } from '../../shell/page-path.ts';
import classes from './overview.module.css';

const words = overviewTexts.top;

export function TopDenied({ top, hours }: { readonly top: Overview['topDenied']; readonly hours: number }) {
  const { slug } = useOrganization();
  const most = Math.max(1, ...top.map(({ denied, observed }) => denied + observed));
  return (
    <Paper withBorder p="lg" component="section" aria-labelledby="top-denied" h="100%">
      <Title order={2} size="h4" id="top-denied" mb="md">
        {words.title}
      </Title>
      {top.length === 0 ? <Text c="dimmed">{words.none}</Text> : null}
      <ol className={classes.list}>
        {top.map(({ registry, denied, observed }) => (
          <li key={registry}>
            <Group justify="space-between" wrap="nowrap" gap="sm">
              <Anchor
                component={Link}
                {...pageLink(slug, 'decisions', { registry, verdict: 'deny', hours })}
                aria-label={words.open(registry)}
                truncate
              >
                {registry}
              </Anchor>
              <Text size="sm" c="dimmed" flex="none">
                {words.attempts(denied + observed)}
              </Text>
            </Group>
            <div className={classes.bar} style={{ width: `${((denied + observed) / most) * 100}%` }} />
          </li>
        ))}
      </ol>
    </Paper>
  );
}
