/** Prints a listing: as columns for people, or the API's own document for programs. */

import type { Terminal } from './terminal.ts';
import { formatColumns, toPrintable } from './wording.ts';

export interface ListingOptions {
  readonly json?: boolean;
}

/** One JSON document on one line. */
export const printJson = (terminal: Terminal, value: unknown): void => terminal.out(JSON.stringify(value));

export interface Listing<T> {
  readonly items: readonly T[];
  readonly nextCursor?: string;
}

export interface Table<T> {
  readonly headings: readonly string[];
  /** Cells of one item, in the order of `headings`. */
  readonly toRow: (item: T) => readonly string[];
  /** What to say when there is nothing, and what to do about it. */
  readonly whenEmpty: string;
}

export function printListing<T>(
  terminal: Terminal,
  listing: Listing<T>,
  options: ListingOptions,
  table: Table<T>,
): void {
  if (options.json === true) printJson(terminal, listing);
  else if (listing.items.length === 0) terminal.err(table.whenEmpty);
  else printTable(terminal, listing, table);
}

function printTable<T>(terminal: Terminal, listing: Listing<T>, table: Table<T>): void {
  const rows = listing.items.map((item) => table.toRow(item).map(toPrintable));
  const [heading, ...lines] = formatColumns([table.headings, ...rows]);
  terminal.out(terminal.paint('dim', heading ?? ''));
  for (const line of lines) terminal.out(line);
  if (listing.nextCursor !== undefined) terminal.err(`more: --cursor ${listing.nextCursor}`);
}
