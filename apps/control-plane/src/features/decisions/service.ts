/** Takes batches of decisions in, each counted once, and lists them. */

import type { DecisionBatch, DecisionDetail, DecisionItem, DecisionRecord } from '@pullgate/protocol';
import type { Kysely } from 'kysely';
import type { Database } from '../../database/schema.ts';
import { ControlPlaneError } from '../../errors.ts';
import type { Page } from '../../http/page.ts';
import type { Member } from '../../http/principal.ts';
import { toPrintable } from '../../printable.ts';
import { createExplainer } from '../check/explainer.ts';
import { explainDecision } from './explain-decision.ts';
import type { HourCounter } from './hours.ts';
import { addHours } from './hours-store.ts';
import { parseDecisionId, toDecisionItem } from './item.ts';
import type { ListRequest } from './list-request.ts';
import type { LiveTail } from './live-tail.ts';
import { takeSeqs } from './log-mark.ts';
import type { Reader } from './reader.ts';
import { insertDecisions, saveMark, takeLog } from './store.ts';
import type { DecisionsTable } from './tables.ts';

export interface DecisionService {
  /** Returns the log's high-water mark. @throws ControlPlaneError REQUEST_INVALID */
  accept(machine: Sender, batch: DecisionBatch): Promise<number>;
  list(request: ListRequest, attempts: boolean): Promise<Page<DecisionItem>>;
  /** Explained for those who may read the policy. @throws ControlPlaneError NOT_FOUND */
  find(member: Member, id: string): Promise<DecisionDetail>;
}

export interface Sender {
  readonly machineId: string;
  readonly organizationId: string;
}

export interface DecisionDependencies {
  readonly db: Kysely<Database>;
  readonly clock: () => number;
  readonly reader: Reader;
  readonly tail: LiveTail;
  readonly hours: HourCounter;
}

export function createDecisionService(dependencies: DecisionDependencies): DecisionService {
  const { db, reader } = dependencies;
  const explain = createExplainer();
  return {
    accept: (machine, batch) => accept(dependencies, machine, batch),
    list: async (request, attempts) =>
      attempts ? await reader.listAttempts(request) : await reader.list(request),
    find: async ({ organization, scopes }, id) => {
      const key = parseDecisionId(id);
      const item = key === undefined ? undefined : await reader.find(organization.id, key);
      if (item === undefined) throw new ControlPlaneError('NOT_FOUND', 'no such decision');
      if (!scopes.includes('policy:read')) return item;
      const explanation = await explainDecision(db, explain, organization.id, item);
      return { ...item, ...(explanation === undefined ? {} : { explanation }) };
    },
  };
}

/** One transaction: after a crash either all of a batch counts, or it is sent and counted again from the start. */
async function accept(
  { db, clock, tail, hours }: DecisionDependencies,
  machine: Sender,
  batch: DecisionBatch,
): Promise<number> {
  requireSafeNumbers(batch.records);
  const now = clock();
  const { rows, high, counted } = await db.transaction().execute(async (trx) => {
    const log = await takeLog(trx, machine.machineId, batch.log, now);
    const { mark, fresh } = takeSeqs(
      log.mark,
      batch.records.map((record) => record.seq),
    );
    const taken = firstOfEach(batch.records).filter((record) => fresh.has(record.seq));
    const made = taken.map((record) => toRow(machine, log.id, record, now));
    await insertDecisions(trx, db, made);
    const perHour = hours.count(made);
    await addHours(trx, perHour.hours);
    await saveMark(trx, log.id, mark);
    return { rows: made, high: mark.high, counted: perHour };
  });
  counted.keep();
  if (rows.length > 0 && tail.isWatched(machine.organizationId)) {
    const name = await nameOf(db, machine.machineId);
    const items = rows.map((row) => toDecisionItem({ ...row, log: batch.log, machine_name: name }));
    tail.show(machine.organizationId, items);
  }
  return high;
}

async function nameOf(db: Kysely<Database>, machineId: string): Promise<string> {
  const row = await db.selectFrom('machines').select('name').where('id', '=', machineId).executeTakeFirst();
  return row?.name ?? machineId;
}

/** Schemas know integers, not how far a number is exact: beyond 2^53 two sequence numbers would be one. */
function requireSafeNumbers(records: readonly DecisionRecord[]): void {
  const isSafe = ({ seq, at, revision }: DecisionRecord) => [seq, at, revision].every(Number.isSafeInteger);
  if (records.every(isSafe)) return;
  throw new ControlPlaneError('REQUEST_INVALID', 'expected numbers up to 2^53 - 1');
}

function firstOfEach(records: readonly DecisionRecord[]): DecisionRecord[] {
  return [...new Map(records.toReversed().map((record) => [record.seq, record])).values()].toReversed();
}

function toRow(machine: Sender, logId: number, record: DecisionRecord, now: number): DecisionsTable {
  const text = (value: string | undefined) => (value === undefined ? null : toPrintable(value));
  return {
    log_id: logId,
    seq: record.seq,
    organization_id: machine.organizationId,
    machine_id: machine.machineId,
    // A clock that runs ahead would keep its records on top of every listing.
    at: Math.min(record.at, now),
    received_at: now,
    point: toPrintable(record.point),
    depth: record.depth,
    verdict: record.verdict,
    effect: record.effect,
    mode: record.mode,
    reason: toPrintable(record.reason),
    rule_id: text(record.ruleId),
    revision: record.revision,
    registry: toPrintable(record.registry),
    repository: text(record.repository),
    tag: text(record.tag),
    action: text(record.action),
    user_id: text(record.user),
    engine: text(record.engine),
    message: text(record.message),
  };
}
