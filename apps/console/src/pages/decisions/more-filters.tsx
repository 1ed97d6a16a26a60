/** Filters by exact values: where, who, what, why. */

import { Select } from '@mantine/core';
import { decisionsTexts } from '#texts/decisions.ts';
import { useMay } from '../../api/session.ts';
import { MachineSelect } from '../../pieces/machine-select.tsx';
import { PersonSelect } from '../../pieces/person-select.tsx';
import { SettledInput } from '../../pieces/settled-input.tsx';
import { type FilterProps, POINTS } from './filter.ts';

const words = decisionsTexts;
const names = words.filters;
const hints = words.filterHints;

const CHOICES = {
  action: Object.entries(words.actions).map(([value, label]) => ({ value, label })),
  reason: Object.entries(words.reasons).map(([value, label]) => ({ value, label })),
  point: POINTS.map((point) => ({ value: point, label: point })),
};

export function MoreFilters({ filter, onChange }: FilterProps) {
  const may = useMay();
  return (
    <>
      {(['registry', 'repository'] as const).map((name) => (
        <SettledInput
          key={name}
          label={names[name]}
          placeholder={hints[name]}
          value={filter[name] ?? ''}
          onChange={(value) => onChange({ [name]: value === '' ? undefined : value })}
        />
      ))}
      {may('machines:read') ? (
        <MachineSelect
          label={names.machine}
          placeholder={hints.any}
          value={filter.machine}
          onChange={(machine) => onChange({ machine })}
        />
      ) : null}
      {may('people:read') ? (
        <PersonSelect
          label={names.person}
          placeholder={hints.any}
          value={filter.person ?? ''}
          onChange={(person) => onChange({ person: person === '' ? undefined : person })}
        />
      ) : null}
      {(['action', 'reason', 'point'] as const).map((name) => (
        <Select
          key={name}
          label={names[name]}
          placeholder={hints.any}
          data={CHOICES[name]}
          value={filter[name] ?? null}
          onChange={(value) => onChange({ [name]: value ?? undefined })}
          searchable={name === 'reason'}
          clearable
        />
      ))}
    </>
  );
}
