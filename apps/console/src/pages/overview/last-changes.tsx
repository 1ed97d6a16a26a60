/** What owners and admins did last. */

import { Anchor, Group, Paper, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { overviewTexts } from '#texts/overview.ts';
import type { Overview } from '../../api/overview.ts';
import { useOrganization } from '../../api/session.ts';
import { RelativeTime } from '../../pieces/relative-time.tsx';
import { pagePath } from '../../shell/page-path.ts';
import classes from './overview.module.css';

const words = overviewTexts.changes;

export function LastChanges({ changes }: { readonly changes: NonNullable<Overview['changes']> }) {
  const { slug } = useOrganization();
  return (
    <Paper withBorder p="lg" component="section" aria-labelledby="changes" h="100%">
      <Group justify="space-between" mb="md">
        <Title order={2} size="h4" id="changes">
          {words.title}
        </Title>
        <Anchor component={Link} to={pagePath(slug, 'activity')} size="sm">
          {words.all}
        </Anchor>
      </Group>
      {changes.length === 0 ? <Text c="dimmed">{words.none}</Text> : null}
      <ul className={classes.list}>
        {changes.map(({ id, text, actor, at }) => (
          <li key={id}>
            <Text size="sm">{text}</Text>
            <Text size="sm" c="dimmed">
              {actor.name}, <RelativeTime at={at} />
            </Text>
          </li>
        ))}
      </ul>
    </Paper>
  );
}
