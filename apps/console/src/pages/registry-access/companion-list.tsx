/** The hosts that open together with a registry. */

import { List, Text } from '@mantine/core';
import { registryAccessTexts } from '#texts/registry-access.ts';

export function CompanionList({ hosts }: { readonly hosts: readonly string[] }) {
  if (hosts.length === 0) return null;
  return (
    <div>
      <Text size="sm" c="dimmed">
        {registryAccessTexts.facts.companions}
      </Text>
      <List size="sm" listStyleType="none" withPadding={false}>
        {hosts.map((host) => (
          <List.Item key={host}>
            <code>{host}</code>
          </List.Item>
        ))}
      </List>
    </div>
  );
}
