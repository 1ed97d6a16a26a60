/** The filters in force, each to be taken away; always in sight, also those that no field of the bar shows. */

import { Button, Group, Pill } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { decisionsTexts } from '#texts/decisions.ts';
import { machineQuery } from '../../api/machine.ts';
import { useMay, useOrganization } from '../../api/session.ts';
import { PersonName } from '../../pieces/person-name.tsx';
import type { FilterProps } from './filter.ts';
import { MORE, type MoreFilter } from './filter.ts';

const words = decisionsTexts;

export function FilterPills({ filter, onChange }: FilterProps) {
  const inForce = MORE.flatMap((name) => {
    const value = filter[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  if (inForce.length === 0) return null;
  return (
    <Group gap="xs" mb="sm" role="group" aria-label={words.inForce}>
      {inForce.map(([name, value]) => (
        <Pill
          key={name}
          size="md"
          withRemoveButton
          onRemove={() => onChange({ [name]: undefined })}
          removeButtonProps={{
            'aria-label': words.takeAway(words.filters[name]),
            tabIndex: 0,
            'aria-hidden': false,
          }}
        >
          {words.filters[name]}: <Value name={name} value={value} />
        </Pill>
      ))}
      <Button
        size="compact-sm"
        variant="subtle"
        onClick={() => onChange(Object.fromEntries(MORE.map((name) => [name, undefined])))}
      >
        {words.clear}
      </Button>
    </Group>
  );
}

function Value({ name, value }: { readonly name: MoreFilter; readonly value: string }): ReactNode {
  if (name === 'machine') return <MachineName id={value} />;
  if (name === 'person') return <PersonName id={value} />;
  if (name === 'reason') return words.reasons[value] ?? value;
  if (name === 'action') return words.actions[value] ?? value;
  return value;
}

function MachineName({ id }: { readonly id: string }) {
  const { slug } = useOrganization();
  const may = useMay();
  const { data } = useQuery({ ...machineQuery(slug, id), enabled: may('machines:read') });
  return data?.name ?? id;
}
