/** What would happen to each line of a list: those that cannot be read first, for they need somebody. */

import { Stack, Table, Text } from '@mantine/core';
import type { RegistryList } from '@pullgate/policy';
import { registryAccessTexts } from '#texts/registry-access.ts';
import type { Schemas } from '../../api/client.ts';
import { StatusBadge } from '../../pieces/status-badge.tsx';

const words = registryAccessTexts.bulk;
const KINDS = { added: 'good', exists: 'neutral', invalid: 'bad' } as const;
const ORDER = ['invalid', 'added', 'exists'] as const;
const MOST_SHOWN = 200;

interface Line {
  readonly line: number;
  readonly registry: string;
  readonly outcome: keyof typeof KINDS;
  readonly note?: string | undefined;
}

export function BulkPreview({
  list,
  result,
}: {
  readonly list: RegistryList;
  readonly result: Schemas['BulkAddResult'] | undefined;
}) {
  const lines = toLines(list, result);
  const amount = (outcome: Line['outcome']) => lines.filter((line) => line.outcome === outcome).length;
  return (
    <Stack gap="xs">
      <Text fw={600}>{words.counts(amount('added'), amount('exists'), amount('invalid'))}</Text>
      <Table aria-label={words.preview} verticalSpacing={4}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{words.columns.line}</Table.Th>
            <Table.Th scope="col">{words.columns.registry}</Table.Th>
            <Table.Th scope="col">{words.columns.outcome}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {lines.slice(0, MOST_SHOWN).map(({ line, registry, outcome, note }) => (
            <Table.Tr key={line}>
              <Table.Td>{line}</Table.Td>
              <Table.Td>
                <code>{registry}</code>
              </Table.Td>
              <Table.Td>
                <StatusBadge kind={KINDS[outcome]} text={words.outcomes[outcome]} />
                {note === undefined ? null : <Text size="sm">{note}</Text>}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {lines.length > MOST_SHOWN ? <Text size="sm">{words.more(lines.length - MOST_SHOWN)}</Text> : null}
    </Stack>
  );
}

function toLines(list: RegistryList, result: Schemas['BulkAddResult'] | undefined): Line[] {
  const judged = list.entries.flatMap(({ line, allowed }, at): Line[] => {
    const one = result?.results[at];
    if (one === undefined) return [];
    const note = one.reason ?? (allowed ? undefined : words.blocked);
    return [{ line, registry: one.registry, outcome: one.outcome, note }];
  });
  const unread = list.problems.map(
    ({ line, message }): Line => ({ line, registry: '–', outcome: 'invalid', note: message }),
  );
  return [...unread, ...judged].sort(
    (a, b) => ORDER.indexOf(a.outcome) - ORDER.indexOf(b.outcome) || a.line - b.line,
  );
}
