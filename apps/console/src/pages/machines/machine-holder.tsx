/** The person that rootful engines of the machine act for: shown, set, cleared. */

import { Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { commonTexts } from '#texts/common.ts';
import { machinesTexts } from '#texts/machines.ts';
import { useSetHolder } from '../../api/machine.ts';
import type { Machine } from '../../api/machines.ts';
import { useMay, useOrganization } from '../../api/session.ts';
import { ConfirmDialog } from '../../pieces/confirm-dialog.tsx';
import { PersonSelect } from '../../pieces/person-select.tsx';
import { ProblemNotice } from '../../pieces/problem-notice.tsx';
import { MachinePart } from './machine-part.tsx';

const words = machinesTexts.holder;

export function MachineHolder({ machine }: { readonly machine: Machine }) {
  const may = useMay();
  const { holder, state } = machine;
  const [open, setOpen] = useState<'choose' | 'clear'>();
  const close = () => setOpen(undefined);
  const mayChange = may('people:write') && state !== 'revoked';
  return (
    <MachinePart title={words.title}>
      <Group justify="space-between" gap="sm" wrap="nowrap">
        <Text fw={holder === undefined ? undefined : 500}>{holder?.name ?? words.nobody}</Text>
        {mayChange && open !== 'choose' ? (
          <Group gap="xs" wrap="nowrap">
            <Button size="xs" variant="default" onClick={() => setOpen('choose')}>
              {holder === undefined ? words.set : words.change}
            </Button>
            {holder === undefined ? null : (
              <Button size="xs" variant="default" onClick={() => setOpen('clear')}>
                {words.clear}
              </Button>
            )}
          </Group>
        ) : null}
      </Group>
      {holder === undefined ? null : (
        <Text size="sm" c="dimmed">
          {words.text}
        </Text>
      )}
      {open === 'choose' ? <ChooseHolder machine={machine} onClose={close} /> : null}
      {open === 'clear' ? <ClearHolder machine={machine} onClose={close} /> : null}
    </MachinePart>
  );
}

interface Opened {
  readonly machine: Machine;
  readonly onClose: () => void;
}

function ChooseHolder({ machine, onClose }: Opened) {
  const { slug } = useOrganization();
  const [person, setPerson] = useState('');
  const { mutate, isPending, error } = useSetHolder(slug, machine.id);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (person !== '') mutate(person, { onSuccess: onClose });
      }}
    >
      <Stack gap="sm">
        <PersonSelect label={words.person} placeholder={words.choose} value={person} onChange={setPerson} />
        {error === null ? null : <ProblemNotice error={error} />}
        <Group gap="xs">
          <Button type="submit" size="xs" disabled={person === ''} loading={isPending}>
            {words.save}
          </Button>
          <Button size="xs" variant="default" onClick={onClose}>
            {commonTexts.cancel}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function ClearHolder({ machine, onClose }: Opened) {
  const { slug } = useOrganization();
  const { mutate, isPending, error } = useSetHolder(slug, machine.id);
  return (
    <ConfirmDialog
      title={words.clearTitle(machine.name)}
      effect={words.clearEffect(machine.holder?.name ?? '')}
      action={words.clearAction}
      isBusy={isPending}
      error={error}
      onConfirm={() => mutate(null, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}
