/** The filters most often wanted; the others stand behind a button. */

import { Button, Collapse, Group, Select, SimpleGrid } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconAdjustmentsHorizontal } from '@tabler/icons-react';
import { decisionsTexts } from '#texts/decisions.ts';
import { later } from '../../pieces/later.tsx';
import { SearchField } from '../../pieces/search-field.tsx';
import { type FilterProps, MORE, OUTCOMES, type Outcome, outcomeOf, WINDOWS } from './filter.ts';

const words = decisionsTexts;
const MoreFilters = later(async () => (await import('./more-filters.tsx')).MoreFilters);
const ANY = '';

export function FilterBar({ filter, onChange }: FilterProps) {
  const [isOpen, { toggle }] = useDisclosure();
  const amount = MORE.filter((name) => filter[name] !== undefined).length;
  return (
    <search>
      <Group align="flex-end" gap="sm" mb="sm">
        <SearchField
          label={words.search}
          value={filter.q ?? ''}
          onChange={(q) => onChange({ q: q === '' ? undefined : q })}
        />
        <OutcomeSelect filter={filter} onChange={onChange} />
        <Select
          aria-label={words.window}
          value={String(filter.hours ?? ANY)}
          data={[
            { value: ANY, label: words.anyTime },
            ...WINDOWS.map((hours) => ({ value: String(hours), label: words.windows[hours] ?? '' })),
          ]}
          onChange={(hours) => onChange({ hours: hours ? Number(hours) : undefined })}
          allowDeselect={false}
          w={160}
        />
        <Button
          variant="default"
          leftSection={<IconAdjustmentsHorizontal size={16} aria-hidden />}
          onClick={toggle}
          aria-expanded={isOpen}
          aria-controls="more-filters"
        >
          {amount === 0 ? words.more : words.moreCount(amount)}
        </Button>
      </Group>
      <Collapse expanded={isOpen} id="more-filters">
        <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} spacing="sm" mb="md">
          <MoreFilters filter={filter} onChange={onChange} />
        </SimpleGrid>
      </Collapse>
    </search>
  );
}

function OutcomeSelect({ filter, onChange }: FilterProps) {
  const change = (outcome: string | null) =>
    onChange({ verdict: undefined, effect: undefined, ...(outcome ? OUTCOMES[outcome as Outcome] : {}) });
  return (
    <Select
      aria-label={words.outcome}
      value={outcomeOf(filter) ?? ANY}
      data={[
        { value: ANY, label: words.anyOutcome },
        ...Object.keys(OUTCOMES).map((name) => ({ value: name, label: words.outcomes[name as Outcome] })),
      ]}
      onChange={change}
      allowDeselect={false}
      w={190}
    />
  );
}
