/** What Activity keeps of an export: what of, as what, narrowed by what. */

import type { NewActivity } from '../activity/service.ts';
import type { ExportFormat } from './write-pages.ts';

export type Exported = 'activity' | 'decisions';

/** Of a search only that there was one: the text may be somebody's name, and Activity keeps people by id only. */
const TEXTS: readonly string[] = ['search', 'q'];

export function exported(what: Exported, format: ExportFormat, narrowing: object): NewActivity {
  const filter = Object.entries(narrowing).map(([name, value]) => [
    name,
    TEXTS.includes(name) ? true : value,
  ]);
  return {
    event: `${what}.exported`,
    target: { kind: what, id: format },
    after: { format, ...(filter.length === 0 ? {} : { filter: Object.fromEntries(filter) }) },
    text: `exported ${what} as ${format.toUpperCase()}${filter.length === 0 ? '' : ', in part'}`,
  };
}
