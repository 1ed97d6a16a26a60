/** Before and after: changes in words where the record has them, and the values that differ side by side. */

import { List, Table, Text, Title } from '@mantine/core';
import { activityTexts } from '#texts/activity.ts';
import { diffValues } from './diff-values.ts';
import classes from './entry-changes.module.css';

const words = activityTexts.detail;

export function EntryChanges({ before, after }: { readonly before: unknown; readonly after: unknown }) {
  const worded = changesIn(after);
  const rows = diffValues(before, after).filter(({ field }) => field !== 'changes' || worded.length === 0);
  if (worded.length === 0 && rows.length === 0) return <Text c="dimmed">{words.unchanged}</Text>;
  return (
    <>
      {worded.length === 0 ? null : (
        <div>
          <Title order={4} size="h5" mb="xs">
            {words.changes}
          </Title>
          <List size="sm">
            {worded.map((text) => (
              <List.Item key={text} style={{ overflowWrap: 'anywhere' }}>
                {text}
              </List.Item>
            ))}
          </List>
        </div>
      )}
      {rows.length === 0 ? null : (
        <Table aria-label={words.values} className={classes.values ?? ''} layout="fixed">
          <Table.Thead>
            <Table.Tr>
              {[words.field, words.before, words.after].map((title, at) => (
                <Table.Th key={title} scope="col" w={at === 0 ? '25%' : undefined}>
                  {title}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map(({ field, before: old, after: now }) => (
              <Table.Tr key={field}>
                <Table.Th scope="row">{field}</Table.Th>
                <Table.Td>{old ?? words.none}</Table.Td>
                <Table.Td>{now ?? words.none}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </>
  );
}

/** The worded changes that entries of the policy keep. */
function changesIn(after: unknown): readonly string[] {
  const { changes } = (after ?? {}) as { readonly changes?: unknown };
  if (!Array.isArray(changes)) return [];
  return [...new Set(changes.map((change: { readonly text?: unknown }) => change?.text))].filter(
    (text) => typeof text === 'string',
  );
}
