/** Exports of Activity and of decisions: recorded first, then written as they are read. */

import { addAbortSignal, Readable } from 'node:stream';
import type { Kysely } from 'kysely';
import type { Database } from '../../database/schema.ts';
import { parsePage } from '../../http/page.ts';
import type { OrganizationRef } from '../../http/principal.ts';
import type { ActivityFilter } from '../activity/filter.ts';
import type { ActivityLog, Actor } from '../activity/service.ts';
import { type ListRequest, parsePlace } from '../decisions/list-request.ts';
import type { Reader } from '../decisions/reader.ts';
import { ACTIVITY_COLUMNS, type Columns, DECISION_COLUMNS } from './columns.ts';
import { type Exported, exported } from './events.ts';
import { type ExportFormat, type ReadPage, writePages } from './write-pages.ts';

export interface ExportFile {
  readonly name: string;
  readonly type: string;
  readonly content: Readable;
}

/** Who wants which kind of file. */
export interface Wish {
  readonly organization: OrganizationRef;
  readonly actor: Actor;
  readonly format: ExportFormat;
}

export type DecisionsWanted = Pick<ListRequest, 'filter' | 'since' | 'until'> & {
  readonly attempts: boolean;
};

export interface ExportService {
  activity(wish: Wish, filter: ActivityFilter): Promise<ExportFile>;
  decisions(wish: Wish, wanted: DecisionsWanted): Promise<ExportFile>;
}

export interface ExportDependencies {
  readonly db: Kysely<Database>;
  readonly activity: ActivityLog;
  readonly reader: Pick<Reader, 'list' | 'listAttempts'>;
  readonly clock: () => number;
  readonly stopping: AbortSignal;
}

export function createExportService(dependencies: ExportDependencies): ExportService {
  const { db, activity, reader } = dependencies;
  const record = async ({ organization, actor, format }: Wish, what: Exported, narrowing: object) =>
    await db
      .transaction()
      .execute((trx) => activity.append(trx, organization.id, actor, exported(what, format, narrowing)));
  return {
    activity: async (wish, filter) => {
      await record(wish, 'activity', filter);
      return toFile(dependencies, wish, 'activity', ACTIVITY_COLUMNS, (page) =>
        activity.list(wish.organization.id, parsePage(page, ['number']), filter),
      );
    },
    decisions: async (wish, { attempts, ...wanted }) => {
      const { filter, ...times } = wanted;
      await record(wish, 'decisions', { ...filter, ...times, ...(attempts ? { attempts } : {}) });
      const list = attempts ? reader.listAttempts : reader.list;
      return toFile(dependencies, wish, 'decisions', DECISION_COLUMNS, (page) =>
        list({ organizationId: wish.organization.id, ...wanted, ...parsePlace(page) }),
      );
    },
  };
}

const TYPES = { csv: 'text/csv; charset=utf-8', json: 'application/json; charset=utf-8' } as const;

function toFile<T>(
  { clock, stopping }: ExportDependencies,
  { organization, format }: Wish,
  what: Exported,
  columns: Columns<T>,
  read: ReadPage<T>,
): ExportFile {
  const pages = Readable.from(writePages(format, columns, read), { highWaterMark: 1 });
  return {
    name: `${organization.slug}-${what}-${new Date(clock()).toISOString().slice(0, 10)}.${format}`,
    type: TYPES[format],
    // Cut off when the server stops: a file that ends early must not look whole.
    content: addAbortSignal(stopping, pages),
  };
}
