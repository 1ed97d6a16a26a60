/** Search, kind, person, days. */

import { Group, Select } from '@mantine/core';
import { activityTexts } from '#texts/activity.ts';
import { useMay } from '../../api/session.ts';
import { PersonSelect } from '../../pieces/person-select.tsx';
import { SearchField } from '../../pieces/search-field.tsx';
import { SettledInput } from '../../pieces/settled-input.tsx';
import type { AddressSearch } from '../../shell/address.ts';
import type { DayFilter } from './filter.ts';

const words = activityTexts;
const ANY = '';

export function FilterBar({
  filter,
  onChange,
}: {
  readonly filter: DayFilter;
  readonly onChange: (changes: AddressSearch) => void;
}) {
  const may = useMay();
  const { event = ANY } = filter;
  // An address may ask for one event, such as policy.published: it is offered beside the kinds.
  const kinds = { ...(event === ANY ? {} : { [event]: event }), ...words.kinds };
  return (
    <search>
      <Group align="flex-end" gap="sm" mb="md">
        <SearchField
          label={words.search}
          value={filter.search ?? ''}
          onChange={(search) => onChange({ search: search === '' ? undefined : search })}
        />
        <Select
          label={words.kind}
          value={event}
          data={[
            { value: ANY, label: words.anyKind },
            ...Object.entries(kinds).map(([value, label]) => ({ value, label })),
          ]}
          onChange={(kind) => onChange({ event: kind ? kind : undefined })}
          allowDeselect={false}
          w={140}
        />
        {may('people:read') ? (
          <PersonSelect
            label={words.actor}
            placeholder={words.anyone}
            value={filter.actor ?? ''}
            onChange={(actor) => onChange({ actor: actor === '' ? undefined : actor })}
          />
        ) : null}
        {(['since', 'until'] as const).map((name) => (
          <SettledInput
            key={name}
            type="date"
            label={words[name]}
            value={filter[name] ?? ''}
            onChange={(day) => onChange({ [name]: day === '' ? undefined : day })}
          />
        ))}
      </Group>
    </search>
  );
}
