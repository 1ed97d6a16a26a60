/** The seal of an Activity entry, which chains it to the one before. */

import { createHash } from 'node:crypto';
import type { ActivityTable } from '../../database/schema.ts';

export type Unsealed = Omit<ActivityTable, 'hash'>;

/** SHA-256 over every column in the order of its name, the previous seal among them. */
export function sealOf(row: Unsealed): string {
  const members = Object.entries(row).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(members)).digest('hex');
}
