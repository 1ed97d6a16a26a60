/** Writes a listing as one file, page after page, so that only one of them is ever in memory. */

import type { Page } from '../../http/page.ts';
import type { Columns } from './columns.ts';
import { formatCsvRow } from './csv.ts';

export type ExportFormat = 'csv' | 'json';

/** Some hundred kilobytes each. */
const PAGE_SIZE = 500;

/** @param cursor of the page before; absent for the first */
export type ReadPage<T> = (page: { readonly cursor?: string; readonly limit: number }) => Promise<Page<T>>;

export function writePages<T>(
  format: ExportFormat,
  columns: Columns<T>,
  read: ReadPage<T>,
): AsyncGenerator<string> {
  return format === 'csv' ? writeCsv(columns, pagesOf(read)) : writeJson(pagesOf(read));
}

async function* pagesOf<T>(read: ReadPage<T>): AsyncGenerator<readonly T[]> {
  let cursor: string | undefined;
  do {
    const page = await read({ limit: PAGE_SIZE, ...(cursor === undefined ? {} : { cursor }) });
    if (page.items.length > 0) yield page.items;
    cursor = page.nextCursor;
  } while (cursor !== undefined);
}

async function* writeCsv<T>(columns: Columns<T>, pages: AsyncIterable<readonly T[]>): AsyncGenerator<string> {
  yield formatCsvRow(Object.keys(columns));
  const cells = Object.values(columns);
  for await (const items of pages)
    yield items.map((item) => formatCsvRow(cells.map((cellOf) => cellOf(item)))).join('');
}

async function* writeJson<T>(pages: AsyncIterable<readonly T[]>): AsyncGenerator<string> {
  yield '[';
  let separator = '\n';
  for await (const items of pages) {
    yield separator + items.map((item) => JSON.stringify(item)).join(',\n');
    separator = ',\n';
  }
  yield '\n]\n';
}
