/** A listing: a table where there is room, cards where there is not. Rows come by pages; every state has its place. */

import { Button, Center, Skeleton, Table } from '@mantine/core';
import type { ReactNode } from 'react';
import { commonTexts } from '#texts/common.ts';
import classes from './list-table.module.css';
import { NothingYet } from './nothing-yet.tsx';
import { ProblemNotice } from './problem-notice.tsx';

export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  readonly render: (row: Row) => ReactNode;
  /** Of the column, where it must not grow: any CSS width. */
  readonly width?: string;
}

/** What `useListing` gives. */
export interface Listing<Row> {
  readonly rows: readonly Row[] | undefined;
  readonly error: unknown;
  readonly hasMore: boolean;
  readonly isLoadingMore: boolean;
  readonly loadMore: () => void;
  readonly retry: () => void;
}

/** As many rows as most windows show. */
const PENDING_ROWS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

export function ListTable<Row>({
  label,
  columns,
  listing,
  keyOf,
  empty,
}: {
  /** Read out as the table's name. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly listing: Listing<Row>;
  readonly keyOf: (row: Row) => string;
  readonly empty: ReactNode;
}) {
  const { rows, error, hasMore, isLoadingMore, loadMore, retry } = listing;
  if (rows === undefined && error !== null) return <ProblemNotice error={error} onRetry={retry} />;
  if (rows?.length === 0) return hasMore ? <NothingYet onGoOn={loadMore} /> : empty;
  return (
    <>
      <Table
        className={classes.table ?? ''}
        highlightOnHover
        verticalSpacing="sm"
        aria-label={label}
        aria-busy={rows === undefined}
      >
        <Table.Thead>
          <Table.Tr>
            {columns.map(({ key, title, width }) => (
              <Table.Th key={key} w={width} scope="col">
                {title}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows === undefined
            ? PENDING_ROWS.map((row) => <PendingRow key={row} columns={columns} />)
            : rows.map((row) => (
                <Table.Tr key={keyOf(row)}>
                  {columns.map(({ key, title, render }) => (
                    <Table.Td key={key} data-title={title}>
                      {render(row)}
                    </Table.Td>
                  ))}
                </Table.Tr>
              ))}
        </Table.Tbody>
      </Table>
      {hasMore ? (
        <Center mt="md">
          <Button variant="default" onClick={loadMore} loading={isLoadingMore}>
            {commonTexts.more}
          </Button>
        </Center>
      ) : null}
    </>
  );
}

function PendingRow({ columns }: { readonly columns: readonly { readonly key: string }[] }) {
  return (
    <Table.Tr aria-hidden>
      {columns.map(({ key }) => (
        <Table.Td key={key}>
          <Skeleton h={20} />
        </Table.Td>
      ))}
    </Table.Tr>
  );
}
