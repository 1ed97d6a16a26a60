/** The reads of decisions, which may scan much: they run on a connection of their own, in a worker (semantics 12). */

import type { DecisionItem } from '@pullgate/protocol';
import { type Kysely, type SelectQueryBuilder, sql } from 'kysely';
import type { Database } from '../../database/schema.ts';
import { type Page, toPage } from '../../http/page.ts';
import { ATTEMPT_GAP_MS, createAttemptCollector } from './attempts.ts';
import { type DecisionFilter, SEARCHED } from './filter.ts';
import { type DecisionRow, toDecisionItem } from './item.ts';

export interface ListRequest {
  readonly organizationId: string;
  readonly filter: DecisionFilter;
  /** By the machines' time. */
  readonly since?: number;
  /** Place of the last row seen. */
  readonly after?: Place;
  readonly limit: number;
}

/** Sort key, the latest first. */
export type Place = readonly [at: number, logId: number, seq: number];

/** Past this many records an attempt's count says "at least": a page must end although a loop never did. */
const MAX_SCANNED = 500_000;

export async function listDecisions(db: Kysely<Database>, request: ListRequest): Promise<Page<DecisionItem>> {
  const rows = await latestFirst(selected(db, request), request.after)
    .limit(request.limit + 1)
    .execute();
  return toPage(rows, request.limit, placeOf, (row) => toDecisionItem(row));
}

/** An attempt that spans two pages is shown once, on the first, with its whole count. */
export async function listAttempts(db: Kysely<Database>, request: ListRequest): Promise<Page<DecisionItem>> {
  const { after, limit } = request;
  const collector = createAttemptCollector<DecisionRow>(limit + 1);
  if (after !== undefined) for (const row of await shownNear(db, request, after)) collector.seed(row);
  let scanned = 0;
  for await (const row of latestFirst(selected(db, request), after).stream()) {
    scanned += 1;
    if (!collector.add(row) || scanned === MAX_SCANNED) break;
  }
  return toPage(
    collector.attempts(),
    limit,
    ({ head }) => placeOf(head),
    ({ shown, count }) => toDecisionItem(shown, count),
  );
}

/** Records of earlier pages that records after `after` may still join. */
async function shownNear(
  db: Kysely<Database>,
  request: ListRequest,
  [at, logId, seq]: Place,
): Promise<DecisionRow[]> {
  const near = selected(db, request)
    .where('at', '<=', at + ATTEMPT_GAP_MS)
    .where((eb) => eb(eb.refTuple('at', 'log_id', 'seq'), '>=', eb.tuple(at, logId, seq)));
  return await latestFirst(near, undefined).execute();
}

export async function findDecision(
  db: Kysely<Database>,
  organizationId: string,
  id: { readonly logId: number; readonly seq: number },
): Promise<DecisionItem | undefined> {
  const row = await selected(db, { organizationId, filter: {} })
    .where('log_id', '=', id.logId)
    .where('seq', '=', id.seq)
    .executeTakeFirst();
  return row === undefined ? undefined : toDecisionItem(row);
}

type Selected = SelectQueryBuilder<Database, 'decisions' | 'decision_logs' | 'machines', DecisionRow>;

function selected(
  db: Kysely<Database>,
  { organizationId, filter, since }: Pick<ListRequest, 'organizationId' | 'filter' | 'since'>,
): Selected {
  const { verdict, registry, machine, reason, q } = filter;
  return db
    .selectFrom('decisions')
    .innerJoin('decision_logs', 'decision_logs.id', 'decisions.log_id')
    .innerJoin('machines', 'machines.id', 'decisions.machine_id')
    .selectAll('decisions')
    .select(['decision_logs.log', 'machines.name as machine_name'])
    .where('decisions.organization_id', '=', organizationId)
    .$if(verdict === 'deny', (query) => query.where(sql<boolean>`decisions.verdict = 'deny'`))
    .$if(verdict === 'allow', (query) => query.where('verdict', '=', 'allow'))
    .$if(registry !== undefined, (query) => query.where('registry', '=', registry ?? ''))
    .$if(machine !== undefined, (query) => query.where('decisions.machine_id', '=', machine ?? ''))
    .$if(reason !== undefined, (query) => query.where('reason', '=', reason ?? ''))
    .$if(since !== undefined, (query) => query.where('at', '>=', since ?? 0))
    .$if(q !== undefined, (query) =>
      query.where((eb) => eb.or(SEARCHED.map((name) => contains(name, q ?? '')))),
    );
}

function contains(name: (typeof SEARCHED)[number], text: string) {
  const pattern = `%${text.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
  return sql<boolean>`lower(${sql.ref(`decisions.${name}`)}) like ${pattern} escape '\\'`;
}

function latestFirst(query: Selected, after: Place | undefined): Selected {
  return query
    .$if(after !== undefined, (rest) =>
      rest.where((eb) =>
        eb(eb.refTuple('at', 'log_id', 'seq'), '<', eb.tuple(...(after ?? ([0, 0, 0] as const)))),
      ),
    )
    .orderBy('at', 'desc')
    .orderBy('log_id', 'desc')
    .orderBy('seq', 'desc');
}

const placeOf = (row: DecisionRow): Place => [row.at, row.log_id, row.seq];
