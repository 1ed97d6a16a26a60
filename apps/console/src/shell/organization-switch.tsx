/** Which organization the pages speak of, and the way to another. */

import { Button, Menu, Text } from '@mantine/core';
import { IconSelector } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { shellTexts } from '#texts/shell.ts';
import { useOrganization, useSession } from '../api/session.ts';
import { pagePath } from './page-path.ts';

export function OrganizationSwitch() {
  const { organizations } = useSession();
  const here = useOrganization();
  if (organizations.length === 1) {
    return (
      <Text fw={500} truncate>
        {here.name}
      </Text>
    );
  }
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          rightSection={<IconSelector size={14} aria-hidden />}
          title={shellTexts.allOrganizations}
        >
          {here.name}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{shellTexts.organization}</Menu.Label>
        {organizations.map(({ slug, name }) => (
          <Menu.Item
            key={slug}
            component={Link}
            to={pagePath(slug)}
            aria-current={slug === here.slug ? 'true' : undefined}
          >
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
