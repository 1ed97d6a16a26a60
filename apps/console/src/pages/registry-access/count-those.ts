/** How many people and machines a change concerns, each counted once. */

import type { Schemas } from '../../api/client.ts';

type Row = Schemas['Impact']['denied'][number];

export const countThose = (rows: readonly Row[]) => ({
  people: new Set(rows.flatMap(({ people }) => people)).size,
  machines: new Set(rows.flatMap(({ machines }) => machines)).size,
});
