/** The reads of decisions, which may scan much: they run on a connection of their own, in a worker (semantics 12). */

import type { DecisionItem } from '@pullgate/protocol';
import type { Kysely, SelectQueryBuilder } from 'kysely';
import type { Database } from '../../database/schema.ts';
import { type Page, toCursor, toPage } from '../../http/page.ts';
import { ATTEMPT_GAP_MS, createAttemptCollector } from './attempts.ts';
import { type DecisionRow, toDecisionItem } from './item.ts';
import type { ListRequest, Place } from './list-request.ts';
import { type Bounds, boundsOf, conditionsOf, findWindowEnd } from './window.ts';

/** Past this many records an attempt's count says "at least": a page must end although a loop never did. */
const MAX_SCANNED = 500_000;

/**
 * A page may hold less than was asked for, and say that more may follow: where no index helps, so many records are looked through
 * at a time (see `window.ts`).
 */
export async function listDecisions(db: Kysely<Database>, request: ListRequest): Promise<Page<DecisionItem>> {
  const end = await findWindowEnd(db, request);
  const rows = await latestFirst(db, request, boundsOf(request, end))
    .limit(request.limit + 1)
    .execute();
  return ended(
    toPage(rows, request.limit, placeOf, (row) => toDecisionItem(row)),
    end,
  );
}

/** An attempt that spans two pages is shown once, on the first, with its whole count. */
export async function listAttempts(db: Kysely<Database>, request: ListRequest): Promise<Page<DecisionItem>> {
  const { after, limit } = request;
  const end = await findWindowEnd(db, request);
  const collector = createAttemptCollector<DecisionRow>(limit + 1);
  if (after !== undefined) for (const row of await shownNear(db, request, after)) collector.seed(row);
  let scanned = 0;
  for await (const row of latestFirst(db, request, boundsOf(request, end)).stream()) {
    scanned += 1;
    if (!collector.add(row) || scanned === MAX_SCANNED) break;
  }
  const page = toPage(
    collector.attempts(),
    limit,
    ({ head }) => placeOf(head),
    ({ shown, count }) => toDecisionItem(shown, count),
  );
  return ended(page, end);
}

/** The next page goes on where the window ended. */
function ended(page: Page<DecisionItem>, end: Place | undefined): Page<DecisionItem> {
  return page.nextCursor === undefined && end !== undefined ? { ...page, nextCursor: toCursor(end) } : page;
}

/** Records of earlier pages that records after `after` may still join. */
async function shownNear(db: Kysely<Database>, request: ListRequest, after: Place): Promise<DecisionRow[]> {
  const { before } = boundsOf({ ...request, after: [after[0] + ATTEMPT_GAP_MS + 1, 0, 0] });
  return await latestFirst(db, request, {
    from: after,
    ...(before === undefined ? {} : { before }),
  }).execute();
}

export async function findDecision(
  db: Kysely<Database>,
  organizationId: string,
  id: { readonly logId: number; readonly seq: number },
): Promise<DecisionItem | undefined> {
  const row = await selected(db, organizationId)
    .where('log_id', '=', id.logId)
    .where('seq', '=', id.seq)
    .executeTakeFirst();
  return row === undefined ? undefined : toDecisionItem(row);
}

type Selected = SelectQueryBuilder<Database, 'decisions' | 'decision_logs' | 'machines', DecisionRow>;

function selected(db: Kysely<Database>, organizationId: string): Selected {
  return db
    .selectFrom('decisions')
    .innerJoin('decision_logs', 'decision_logs.id', 'decisions.log_id')
    .innerJoin('machines', 'machines.id', 'decisions.machine_id')
    .selectAll('decisions')
    .select(['decision_logs.log', 'machines.name as machine_name'])
    .where('decisions.organization_id', '=', organizationId);
}

function latestFirst(
  db: Kysely<Database>,
  { organizationId, filter }: Pick<ListRequest, 'organizationId' | 'filter'>,
  bounds: Bounds,
): Selected {
  return selected(db, organizationId)
    .where((eb) => eb.and(conditionsOf(filter, bounds)))
    .orderBy('at', 'desc')
    .orderBy('log_id', 'desc')
    .orderBy('seq', 'desc');
}

const placeOf = (row: DecisionRow): Place => [row.at, row.log_id, row.seq];
