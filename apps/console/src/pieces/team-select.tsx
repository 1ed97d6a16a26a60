/** Teams of the organization to choose from. */

import { MultiSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { commonTexts } from '#texts/common.ts';
import { useOrganization } from '../api/session.ts';
import { allTeamsQuery } from '../api/teams.ts';

export function TeamSelect({
  label,
  description,
  value = [],
  onChange,
  error,
  disabled,
}: {
  readonly label: string;
  readonly description?: string;
  readonly value?: readonly string[];
  readonly onChange?: (teams: string[]) => void;
  readonly error?: React.ReactNode;
  readonly disabled?: boolean;
}) {
  const { slug } = useOrganization();
  const { data } = useQuery(allTeamsQuery(slug));
  const known = (data ?? []).map((team) => ({ value: team.slug, label: team.name }));
  // A team that is chosen stays to be seen, also while the list is on its way.
  const others = value.filter((team) => !known.some((one) => one.value === team));
  return (
    <MultiSelect
      label={label}
      description={description}
      placeholder={value.length === 0 ? commonTexts.none : ''}
      data={[...known, ...others.map((team) => ({ value: team, label: team }))]}
      value={[...value]}
      onChange={(teams) => onChange?.(teams)}
      nothingFoundMessage={commonTexts.nothingFound.title}
      error={error}
      disabled={disabled ?? false}
      searchable
      clearable
      hidePickedOptions
      clearButtonProps={{ 'aria-label': `${commonTexts.clear}: ${label}` }}
    />
  );
}
