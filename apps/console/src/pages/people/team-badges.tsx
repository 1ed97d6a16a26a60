/** Teams by the names that the policy has for them. */

import { Badge, Group } from '@mantine/core';
import { peopleTexts } from '#texts/people.ts';

export function TeamBadges({ teams }: { readonly teams: readonly string[] }) {
  if (teams.length === 0) return peopleTexts.members.noTeam;
  return (
    <Group gap={4}>
      {teams.map((team) => (
        <Badge key={team} variant="default" tt="none" fw={500}>
          {team}
        </Badge>
      ))}
    </Group>
  );
}
