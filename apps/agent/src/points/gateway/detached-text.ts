/** Copies a part of a text that is to be kept. Holds nothing else. */

/** ASCII text that keeps nothing else in memory: a part of a longer text keeps the whole of it, here a request line of up to 16 KiB. */
export function detach<T extends string>(text: T): T {
  return Buffer.from(text, 'latin1').toString('latin1') as T;
}
