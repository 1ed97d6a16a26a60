/** Holds how text is made fit for a sentence: printable ASCII, and cut. Leaves what a sentence says to the modules beside it. */

/** Fits an HTTP reason phrase with every client that was measured. */
export const MAX_SENTENCE_BYTES = 300;

/** Letters with marks lose them; everything else beyond printable ASCII becomes `?`. */
export function toAscii(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\x20-\x7e]/gu, '?');
}

export function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, Math.max(length - 3, 0))}...`;
}
