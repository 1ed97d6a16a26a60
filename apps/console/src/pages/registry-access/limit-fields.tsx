/** What narrows a rule: repositories, tags, digests, teams. The same for entries and denials. */

import { MultiSelect, Stack, TagsInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { registryAccessTexts } from '#texts/registry-access.ts';
import { useMay, useOrganization } from '../../api/session.ts';
import { allTeamsQuery } from '../../api/teams.ts';

const words = registryAccessTexts.form;

/** What a form gives for one list. */
export interface ListInput {
  readonly value?: string[];
  readonly onChange: (value: string[]) => void;
  readonly error?: React.ReactNode;
}

export function LimitFields({
  of,
}: {
  readonly of: (field: 'repositories' | 'tags' | 'digests' | 'teams') => ListInput;
}) {
  return (
    <Stack gap="sm">
      <TagsInput
        label={words.repositories}
        description={words.repositoriesHint}
        splitChars={[',', ' ']}
        acceptValueOnBlur
        {...of('repositories')}
      />
      <TagsInput
        label={words.tags}
        description={words.tagsHint}
        splitChars={[',', ' ']}
        acceptValueOnBlur
        {...of('tags')}
      />
      <TagsInput
        label={words.digests}
        description={words.digestsHint}
        splitChars={[',', ' ']}
        acceptValueOnBlur
        {...of('digests')}
      />
      <TeamField {...of('teams')} />
    </Stack>
  );
}

function TeamField(input: ListInput) {
  const { slug } = useOrganization();
  const may = useMay()('people:read');
  const { data } = useQuery({ ...allTeamsQuery(slug), enabled: may });
  const known = (data ?? []).map((team) => ({ value: team.slug, label: team.name }));
  // A team that the policy names and the organization does not have yet stays chosen.
  const unknown = (input.value ?? []).filter((team) => !known.some(({ value }) => value === team));
  return (
    <MultiSelect
      label={words.teams}
      description={words.teamsHint}
      data={[...known, ...unknown.map((value) => ({ value, label: value }))]}
      nothingFoundMessage={words.noTeams}
      searchable
      clearable
      {...input}
    />
  );
}
