/** The same numbers as the chart, to read. */

import { Accordion, ScrollArea, Table } from '@mantine/core';
import { overviewTexts } from '#texts/overview.ts';
import type { Overview } from '../../api/overview.ts';
import { formatBucket } from './format-bucket.ts';

const words = overviewTexts.attempts;

export function AttemptsTable({
  attempts: { buckets, bucketMs },
}: {
  readonly attempts: Overview['attempts'];
}) {
  const filled = buckets.filter(({ allowed, denied, observed }) => allowed + denied + observed > 0).reverse();
  return (
    <Accordion variant="default" mt="sm">
      <Accordion.Item value="table">
        <Accordion.Control>{words.asTable}</Accordion.Control>
        <Accordion.Panel>
          <ScrollArea.Autosize mah={320} tabIndex={0}>
            <Table aria-label={words.title}>
              <Table.Thead>
                <Table.Tr>
                  {[words.time, words.allowed, words.observed, words.denied].map((title) => (
                    <Table.Th key={title} scope="col">
                      {title}
                    </Table.Th>
                  ))}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {filled.map(({ at, allowed, observed, denied }) => (
                  <Table.Tr key={at}>
                    <Table.Td>{formatBucket(at, bucketMs)}</Table.Td>
                    <Table.Td>{allowed}</Table.Td>
                    <Table.Td>{observed}</Table.Td>
                    <Table.Td>{denied}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </ScrollArea.Autosize>
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}
