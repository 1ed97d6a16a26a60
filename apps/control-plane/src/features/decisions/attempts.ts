/**
 * Groups decisions into attempts (semantics 12): records of the same machine, subject, registry, repository and action, of
 * which each follows the one before it within 30 s, are one attempt. A loop that never pauses is one attempt. Pure.
 */

export const ATTEMPT_GAP_MS = 30_000;

export interface AttemptKey {
  readonly machine_id: string;
  readonly user_id: string | null;
  readonly registry: string;
  readonly repository: string | null;
  readonly action: string | null;
}

export function attemptKeyOf(row: AttemptKey): string {
  return JSON.stringify([row.machine_id, row.user_id, row.registry, row.repository, row.action]);
}

export interface Attempt<Row> {
  /** The last record: its place in the listing. */
  readonly head: Row;
  /** The last record that was denied, or the last one: a row that says "allowed" must not hide a denial. */
  readonly shown: Row;
  readonly count: number;
}

interface Open<Row> {
  /** Undefined: shown on an earlier page. */
  readonly head: Row | undefined;
  shown: Row;
  count: number;
  oldestAt: number;
}

export interface AttemptCollector<Row> {
  /** Takes a record of an earlier page, later than every record that is added. */
  seed(row: Row): void;
  /** Takes the next record, later ones first. Returns false once nothing older can change the page. */
  add(row: Row): boolean;
  attempts(): Attempt<Row>[];
}

/** Collects the first `limit` attempts of records that come latest first. */
export function createAttemptCollector<
  Row extends AttemptKey & { readonly at: number; readonly verdict: string },
>(limit: number): AttemptCollector<Row> {
  const latest = new Map<string, Open<Row>>();
  const groups: Open<Row>[] = [];
  const open = (row: Row, head: Row | undefined) => {
    const group = { head, shown: row, count: 1, oldestAt: row.at };
    latest.set(attemptKeyOf(row), group);
    return group;
  };
  const join = (row: Row): boolean => {
    const group = latest.get(attemptKeyOf(row));
    if (group === undefined || group.oldestAt - row.at > ATTEMPT_GAP_MS) return false;
    if (group.shown.verdict !== 'deny' && row.verdict === 'deny') group.shown = row;
    group.count += 1;
    group.oldestAt = row.at;
    return true;
  };
  return {
    seed: (row) => {
      if (!join(row)) open(row, undefined);
    },
    add: (row) => {
      if (!join(row) && groups.length < limit) groups.push(open(row, row));
      return groups.length < limit || groups.some((group) => group.oldestAt - row.at <= ATTEMPT_GAP_MS);
    },
    attempts: () =>
      groups.flatMap(({ head, shown, count }) => (head === undefined ? [] : [{ head, shown, count }])),
  };
}
