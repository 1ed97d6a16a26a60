/** Edit and remove at a row. What is removed can be brought back: at the row, or by the note that says so. */

import { ActionIcon, Button, Group } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconPencil, IconTrash } from '@tabler/icons-react';
import { commonTexts } from '#texts/common.ts';
import { registryAccessTexts } from '#texts/registry-access.ts';
import { type Registry, useAddRegistry, useRemoveRegistry } from '../../api/registries.ts';
import { ProblemNotice } from '../../pieces/problem-notice.tsx';
import { useAccessSearch } from './access-search.ts';
import type { RegistryRow } from './registry-row.ts';

const words = registryAccessTexts;

export function RegistryRowActions({ row }: { readonly row: RegistryRow }) {
  const [, change] = useAccessSearch();
  if (row === 'hub-missing') {
    return (
      <Button size="xs" variant="default" onClick={() => change({ add: 'docker.io' })}>
        {words.allowHub}
      </Button>
    );
  }
  return row.state === 'removed' ? <Undo item={row} /> : <EditAndRemove item={row} />;
}

/** What the entry was, as the API takes it back. */
function toEntry({ companions: _companions, state: _state, ...entry }: Registry) {
  return entry;
}

function Undo({ item }: { readonly item: Registry }) {
  const add = useAddRegistry();
  return (
    <>
      <Button
        size="xs"
        variant="default"
        loading={add.isPending}
        aria-label={words.undoOf(item.name ?? item.registry)}
        onClick={() => add.mutate(toEntry(item))}
      >
        {words.undo}
      </Button>
      {add.error === null ? null : <ProblemNotice error={add.error} />}
    </>
  );
}

function EditAndRemove({ item }: { readonly item: Registry }) {
  const [, change] = useAccessSearch();
  const remove = useRemoveRegistry();
  const add = useAddRegistry();
  const name = item.name ?? item.registry;
  const removeIt = () =>
    remove.mutate(item.id, {
      onSuccess: () => {
        // An entry that never was in force leaves the list: only the note can bring it back.
        if (item.state === 'added') offerUndo(item.id, name, () => add.mutate(toEntry(item)));
      },
    });
  return (
    <>
      <Group gap={4} wrap="nowrap">
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={words.edit(name)}
          onClick={() => change({ edit: item.id })}
        >
          <IconPencil size={18} stroke={1.6} aria-hidden />
        </ActionIcon>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={words.remove(name)}
          loading={remove.isPending}
          onClick={removeIt}
        >
          <IconTrash size={18} stroke={1.6} aria-hidden />
        </ActionIcon>
      </Group>
      {remove.error === null ? null : <ProblemNotice error={remove.error} />}
    </>
  );
}

const UNDO_MS = 20_000;

function offerUndo(id: string, name: string, undo: () => void): void {
  const note = `removed-${id}`;
  notifications.show({
    id: note,
    autoClose: UNDO_MS,
    closeButtonProps: { 'aria-label': commonTexts.close },
    message: (
      <Group justify="space-between" wrap="nowrap">
        {words.removed(name)}
        <Button
          size="compact-sm"
          variant="light"
          onClick={() => {
            notifications.hide(note);
            undo();
          }}
        >
          {words.undo}
        </Button>
      </Group>
    ),
  });
}
