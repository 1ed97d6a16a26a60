/** By what members are found: text, role, state, team, a missing second factor. */

import { Chip, Group, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { peopleTexts } from '#texts/people.ts';
import { roleTexts } from '#texts/roles.ts';
import { ROLES } from '../../api/members.ts';
import { useOrganization } from '../../api/session.ts';
import { allTeamsQuery } from '../../api/teams.ts';
import { SearchField } from '../../pieces/search-field.tsx';
import { usePeopleAddress } from './address.ts';

const words = peopleTexts.members;

export function MemberFilters() {
  const { filter, change } = usePeopleAddress();
  const { slug } = useOrganization();
  const { data: teams = [] } = useQuery(allTeamsQuery(slug));
  return (
    <Group gap="xs">
      <SearchField
        label={words.search}
        value={filter.search ?? ''}
        onChange={(search) => change({ search: search === '' ? undefined : search })}
      />
      <Narrowing
        label={words.role}
        any={words.anyRole}
        value={filter.role}
        options={ROLES.map((role) => [role, roleTexts[role].name])}
        onChange={(role) => change({ role })}
      />
      <Narrowing
        label={words.state}
        any={words.anyState}
        value={filter.state}
        options={Object.entries(words.states)}
        onChange={(state) => change({ state })}
      />
      {teams.length === 0 ? null : (
        <Narrowing
          label={words.team}
          any={words.anyTeam}
          value={filter.team}
          options={teams.map((team) => [team.slug, team.name])}
          onChange={(of) => change({ of })}
        />
      )}
      <Chip
        checked={filter.twoFactor === false}
        onChange={(isOn) => change({ twoFactor: isOn ? false : undefined })}
      >
        {words.withoutFactor}
      </Chip>
    </Group>
  );
}

function Narrowing({
  label,
  any,
  value,
  options,
  onChange,
}: {
  readonly label: string;
  readonly any: string;
  readonly value: string | undefined;
  readonly options: readonly (readonly [string, string])[];
  readonly onChange: (value: string | undefined) => void;
}) {
  return (
    <Select
      aria-label={label}
      data={[{ value: '', label: any }, ...options.map(([key, name]) => ({ value: key, label: name }))]}
      value={value ?? ''}
      onChange={(next) => onChange(next === null || next === '' ? undefined : next)}
      allowDeselect={false}
      w={{ base: '100%', xs: 150 }}
    />
  );
}
