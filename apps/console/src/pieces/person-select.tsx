/** A member of the organization, found by name or address on the server. Its value is the person's id, or nothing. */

import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { commonTexts } from '#texts/common.ts';
import { answerOf, api } from '../api/client.ts';
import { useOrganization } from '../api/session.ts';

const SETTLE_MS = 200;
/** As many as fit a list without scrolling far. */
const SHOWN = 20;

export function PersonSelect({
  label,
  placeholder,
  value,
  onChange,
  error,
}: {
  readonly label: string;
  readonly placeholder: string;
  readonly value?: string;
  readonly onChange?: (id: string) => void;
  readonly error?: React.ReactNode;
}) {
  const { slug } = useOrganization();
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed, SETTLE_MS);
  const { data } = useQuery({
    queryKey: ['members', slug, 'select', search],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/api/v1/organizations/{organization}/members', {
          params: {
            path: { organization: slug },
            query: { limit: SHOWN, ...(search === '' ? {} : { search }) },
          },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });
  return (
    <Select
      label={label}
      placeholder={placeholder}
      data={(data?.items ?? []).map(({ id, name, email }) => ({ value: id, label: `${name} (${email})` }))}
      value={value === undefined || value === '' ? null : value}
      onChange={(id) => onChange?.(id ?? '')}
      onSearchChange={setTyped}
      // The server has searched; a second filter here would hide what it found by other fields.
      filter={({ options }) => options}
      nothingFoundMessage={commonTexts.nothingFound.title}
      error={error}
      searchable
      clearable
    />
  );
}
