/** What is asked, as it stands in the address. */

import type { Schemas } from '../../api/client.ts';

export type Question = Schemas['CheckRequest'];
export const ACTIONS = ['pull', 'push', 'delete', 'catalog'] as const;

/** Undefined while nothing is asked. What is no question of this page is left out. */
export function parseQuestion(search: Readonly<Record<string, unknown>>): Question | undefined {
  const { reference, action, as, draft } = search;
  // Addresses carry numbers as numbers: "12" may be the name of an image.
  const text = typeof reference === 'number' ? String(reference) : reference;
  if (typeof text !== 'string' || text.trim() === '') return undefined;
  const known = ACTIONS.find((name) => name === action);
  return {
    reference: text,
    ...(known === undefined ? {} : { action: known }),
    ...(typeof as === 'string' && as !== '' ? { as } : {}),
    ...(draft === true ? { draft } : {}),
  };
}
