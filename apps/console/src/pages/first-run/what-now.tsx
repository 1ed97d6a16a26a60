/** Where to go once the first decision was seen. */

import { Anchor, Paper, SimpleGrid, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { firstRunTexts } from '#texts/first-run.ts';
import { useOrganization } from '../../api/session.ts';
import { pagePath } from '../../shell/page-path.ts';

const words = firstRunTexts.next;

export function WhatNow() {
  const { slug } = useOrganization();
  return (
    <Paper withBorder p="lg" component="section" aria-labelledby="what-now">
      <Title order={2} size="h4" id="what-now">
        {words.title}
      </Title>
      <Text c="dimmed" mb="md">
        {words.lead}
      </Text>
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        {Object.entries(words.links).map(([path, { name, text }]) => (
          <div key={path}>
            <Anchor component={Link} to={pagePath(slug, path)} fw={500}>
              {name}
            </Anchor>
            <Text size="sm">{text}</Text>
          </div>
        ))}
      </SimpleGrid>
    </Paper>
  );
}
