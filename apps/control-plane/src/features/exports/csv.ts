/** Rows of CSV (RFC 4180) that are safe to open in a spreadsheet. Pure. */

export type Cell = string | number | undefined;

/** With what a spreadsheet begins a formula. */
const FORMULA = /^[=+\-@\t\r]/;

/**
 * @param cells Machines and clients choose some of the texts: who makes one begin like a formula would have it run on the
 * machine of whoever opens the file, so that it gets an apostrophe in front.
 */
export function formatCsvRow(cells: readonly Cell[]): string {
  return `${cells.map(formatCell).join(',')}\r\n`;
}

function formatCell(cell: Cell): string {
  if (cell === undefined) return '';
  if (typeof cell === 'number') return String(cell);
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
