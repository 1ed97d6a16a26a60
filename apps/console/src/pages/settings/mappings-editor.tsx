/** Which group gives which teams and which role, as rows to be edited. Saving them is the form's business. */

import { ActionIcon, Button, Fieldset, Group, Select, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { roleTexts } from '#texts/roles.ts';
import { settingsTexts } from '#texts/settings.ts';
import type { GroupMapping } from '../../api/identity.ts';
import { ROLES, type Role } from '../../api/members.ts';
import { later } from '../../pieces/later.tsx';

const words = settingsTexts.mappings;
const TeamSelect = later(
  async () => (await import('../../pieces/team-select.tsx')).TeamSelect,
  <Skeleton h={60} />,
);

/** A mapping while it is edited; the key tells rows apart, since groups may be the same for a moment. */
export interface MappingRow extends GroupMapping {
  readonly key: number;
}

let keys = 0;
const newRow = (mapping: GroupMapping): MappingRow => {
  keys += 1;
  return { ...mapping, key: keys };
};
export const toRows = (mappings: readonly GroupMapping[]): readonly MappingRow[] => mappings.map(newRow);
export const toMappings = (rows: readonly MappingRow[]): GroupMapping[] =>
  rows.map(({ key: _key, group, teams, role }) => ({
    group: group.trim(),
    ...(teams === undefined || teams.length === 0 ? {} : { teams }),
    ...(role === undefined ? {} : { role }),
  }));

/** What is wrong with the rows, in words; undefined when nothing is. */
export function findMappingProblem(rows: readonly MappingRow[]): string | undefined {
  if (rows.some(({ group }) => group.trim() === '')) return words.groupWrong;
  const empty = rows.find(({ teams = [], role }) => teams.length === 0 && role === undefined);
  return empty === undefined ? undefined : words.nothingWrong(empty.group);
}

export function MappingsEditor({
  rows,
  onChange,
  isReadOnly,
}: {
  readonly rows: readonly MappingRow[];
  readonly onChange: (rows: readonly MappingRow[]) => void;
  readonly isReadOnly: boolean;
}) {
  return (
    <Fieldset legend={words.title} disabled={isReadOnly}>
      <Stack>
        <Text size="sm" c="dimmed">
          {words.text}
        </Text>
        {rows.length === 0 ? <Text size="sm">{words.none}</Text> : null}
        {rows.map((row) => (
          <Row
            key={row.key}
            row={row}
            onChange={(next) => onChange(rows.map((one) => (one.key === row.key ? next : one)))}
            {...(isReadOnly ? {} : { onRemove: () => onChange(rows.filter(({ key }) => key !== row.key)) })}
          />
        ))}
        {isReadOnly ? null : (
          <Group>
            <Button
              variant="default"
              size="xs"
              leftSection={<IconPlus size={14} aria-hidden />}
              onClick={() => onChange([...rows, newRow({ group: '' })])}
            >
              {words.add}
            </Button>
          </Group>
        )}
      </Stack>
    </Fieldset>
  );
}

function Row({
  row,
  onChange,
  onRemove,
}: {
  readonly row: MappingRow;
  readonly onChange: (row: MappingRow) => void;
  /** Left out where nothing may be changed. */
  readonly onRemove?: () => void;
}) {
  const { role, ...withoutRole } = row;
  return (
    <Group align="flex-end" gap="xs">
      <TextInput
        label={words.group}
        value={row.group}
        maxLength={256}
        autoComplete="off"
        onChange={(event) => onChange({ ...row, group: event.currentTarget.value })}
        flex={2}
        miw={160}
      />
      <Stack flex={3} miw={180}>
        <TeamSelect
          label={words.teams}
          value={row.teams ?? []}
          onChange={(teams) => onChange({ ...row, teams })}
        />
      </Stack>
      <Select
        label={words.role}
        data={[
          { value: '', label: words.noRole },
          ...ROLES.map((one) => ({ value: one, label: roleTexts[one].name })),
        ]}
        value={role ?? ''}
        onChange={(next) =>
          onChange(next === null || next === '' ? withoutRole : { ...row, role: next as Role })
        }
        allowDeselect={false}
        w={130}
      />
      {onRemove === undefined ? null : (
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={words.remove(row.group)}
          onClick={onRemove}
        >
          <IconTrash size={16} aria-hidden />
        </ActionIcon>
      )}
    </Group>
  );
}
