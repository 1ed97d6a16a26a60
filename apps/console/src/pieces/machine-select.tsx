/** A machine of the organization, found by name on the server. Its value is the machine's id, or nothing. */

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

export function MachineSelect({
  label,
  placeholder,
  value,
  onChange,
}: {
  readonly label: string;
  readonly placeholder: string;
  readonly value?: string | undefined;
  readonly onChange: (id: string | undefined) => void;
}) {
  const { slug } = useOrganization();
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed, SETTLE_MS);
  const { data } = useQuery({
    queryKey: ['machines', slug, 'select', search],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/api/v1/organizations/{organization}/machines', {
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
      data={(data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
      value={value ?? null}
      onChange={(id) => onChange(id ?? undefined)}
      onSearchChange={setTyped}
      // The server has searched; a second filter here would hide what it found by other fields.
      filter={({ options }) => options}
      nothingFoundMessage={commonTexts.nothingFound.title}
      searchable
      clearable
    />
  );
}
