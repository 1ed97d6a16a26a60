/** Search, state with counts, what is amiss, and the order; all of it in the address. */

import { Chip, Group, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { machinesTexts } from '#texts/machines.ts';
import { machineSummaryQuery } from '../../api/machines.ts';
import { useOrganization } from '../../api/session.ts';
import { SearchField } from '../../pieces/search-field.tsx';
import { SORTS, STATES, useMachineSearch } from './machine-search.ts';

const words = machinesTexts;
const number = new Intl.NumberFormat('en');

export function MachineFilters() {
  const [{ search, sort, state, behind, rejected, unwired }, change] = useMachineSearch();
  return (
    <Group mb="md" gap="sm" align="center">
      <SearchField
        // Cleared from outside, the field begins anew.
        key={search === undefined ? 'empty' : 'filled'}
        label={words.search}
        value={search ?? ''}
        onChange={(next) => change({ search: next === '' ? undefined : next })}
      />
      <StateChips state={state} onChange={(next) => change({ state: next })} />
      <AmissChips
        on={{ behind, rejected, unwired }}
        onChange={(name, isOn) => change({ [name]: isOn ? true : undefined })}
      />
      <Select
        aria-label={words.sort.label}
        value={sort ?? 'name'}
        onChange={(next) => {
          const known = SORTS.find((one) => one === next);
          change({ sort: known === 'name' ? undefined : known });
        }}
        data={SORTS.map((value) => ({ value, label: words.sort.by[value] }))}
        allowDeselect={false}
        w={190}
        ml={{ base: 0, lg: 'auto' }}
      />
    </Group>
  );
}

type State = (typeof STATES)[number];

function StateChips({
  state,
  onChange,
}: {
  readonly state: State | undefined;
  readonly onChange: (state: State | undefined) => void;
}) {
  const { slug } = useOrganization();
  const { data } = useQuery(machineSummaryQuery(slug));
  const amounts = {
    all: data === undefined ? undefined : data.total + data.revoked,
    online: data?.online,
    offline: data?.offline,
    revoked: data?.revoked,
  };
  return (
    <Chip.Group value={state ?? 'all'} onChange={(next) => onChange(STATES.find((known) => known === next))}>
      <Group gap="xs" role="radiogroup" aria-label={words.filters.state}>
        {(['all', ...STATES] as const).map((name) => (
          <Chip key={name} value={name} size="sm">
            {name === 'all' ? words.filters.all : words.states[name]} <Amount of={amounts[name]} />
          </Chip>
        ))}
      </Group>
    </Chip.Group>
  );
}

/** What somebody must look at, as the address and the server's counts name it. */
const AMISS = ['behind', 'rejected', 'unwired'] as const;
type Amiss = (typeof AMISS)[number];

function AmissChips({
  on,
  onChange,
}: {
  readonly on: Readonly<Record<Amiss, true | undefined>>;
  readonly onChange: (name: Amiss, isOn: boolean) => void;
}) {
  const { slug } = useOrganization();
  const { data } = useQuery(machineSummaryQuery(slug));
  return (
    <Group gap="xs" role="group" aria-label={words.filters.more}>
      {AMISS.map((name) => (
        <Chip
          key={name}
          checked={on[name] === true}
          onChange={(isOn) => onChange(name, isOn)}
          size="sm"
          color={name === 'rejected' ? 'red' : 'amber'}
        >
          {words.filters[name]} <Amount of={data?.[name]} />
        </Chip>
      ))}
    </Group>
  );
}

/** As wide as a number before there is one, so that nothing jumps. */
function Amount({ of }: { readonly of: number | undefined }) {
  return <>{of === undefined ? '\u2007' : number.format(of)}</>;
}
