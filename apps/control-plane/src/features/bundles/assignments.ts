/** The signed assignment of each machine: a sequence of its own that rises with every change (semantics 7). */

import { isDeepStrictEqual } from 'node:util';
import { type AssignedSession, type AssignmentPayload, signAssignment } from '@pullgate/bundle';
import type { Grant } from '@pullgate/policy';
import type { Kysely, Transaction } from 'kysely';
import type { Database } from '../../database/schema.ts';
import { type AssignmentContent, loadPeopleContent, type MachineRef } from './assignment-content.ts';
import type { Signers } from './organization-keys.ts';
import { SIGN_AGAIN_MS, type SignedDocument } from './policy-bundles.ts';
import { findAssignment, setIssuedAt, upsertAssignment } from './store.ts';
import type { AssignmentsTable } from './tables.ts';

export interface Assignments {
  /** Position and tag without signing: enough to say that nothing changed. */
  head(machine: MachineRef): Promise<Omit<SignedDocument, 'body'>>;
  /** @throws ControlPlaneError KEYS_MISSING */
  current(machine: MachineRef): Promise<SignedDocument>;
  /**
   * Writes down what the machine is to be told now, in the transaction of the change that made it so. Raises the sequence
   * only when the content is another one; `announce` it after the commit then.
   */
  refresh(trx: Transaction<Database>, machine: MachineRef): Promise<Refreshed>;
  announce(machine: MachineRef): Promise<void>;
}

export interface Refreshed {
  readonly sequence: number;
  readonly isChanged: boolean;
}

export interface AssignmentsDependencies {
  readonly db: Kysely<Database>;
  readonly signers: Signers;
  readonly clock: () => number;
  /** Called after the commit. */
  readonly onChange: (machine: MachineRef, head: Omit<SignedDocument, 'body'>) => void;
}

export function createAssignments(dependencies: AssignmentsDependencies): Assignments {
  const { db, signers, clock, onChange } = dependencies;
  const fresh = async (machine: MachineRef): Promise<AssignmentsTable> => {
    const row = await findAssignment(db, machine.machineId);
    if (row === undefined) return await db.transaction().execute((trx) => write(trx, machine, undefined));
    if (clock() - row.issued_at < SIGN_AGAIN_MS) return row;
    await setIssuedAt(db, row.machine_id, clock());
    return { ...row, issued_at: clock() };
  };
  const write = async (trx: Transaction<Database>, machine: MachineRef, before?: AssignmentsTable) => {
    const content = { ...keptOf(before), ...(await loadPeopleContent(trx, machine, clock())) };
    const row = toRow(machine, content, (before?.sequence ?? 0) + 1, clock());
    if (before !== undefined && isSame(before, row)) return before;
    await upsertAssignment(trx, row);
    return row;
  };
  const load = async (machine: MachineRef) => {
    const row = await fresh(machine);
    const signer = await signers(machine.organizationId);
    return { row, signer, head: toHead(row, signer.epoch) };
  };
  return {
    head: async (machine) => (await load(machine)).head,
    current: async (machine) => {
      const { row, signer, head } = await load(machine);
      const bundle = await signAssignment(toPayload(row, signer.epoch), signer);
      return { ...head, body: Buffer.from(JSON.stringify(bundle)) };
    },
    refresh: async (trx, machine) => {
      const before = await findAssignment(trx, machine.machineId);
      const after = await write(trx, machine, before);
      return { sequence: after.sequence, isChanged: after !== before };
    },
    announce: async (machine) => onChange(machine, (await load(machine)).head),
  };
}

/** What is not derived from people stays as it is. */
function keptOf(row: AssignmentsTable | undefined): Pick<AssignmentContent, 'labels' | 'grants' | 'stage'> {
  if (row === undefined) return { labels: {}, grants: [] };
  return {
    labels: JSON.parse(row.labels) as Record<string, string>,
    grants: JSON.parse(row.grants) as Grant[],
    ...(row.stage === null ? {} : { stage: row.stage }),
  };
}

function isSame(a: AssignmentsTable, b: AssignmentsTable): boolean {
  const { sequence: _a, issued_at: _b, ...before } = a;
  const { sequence: _c, issued_at: _d, ...after } = b;
  return isDeepStrictEqual({ ...before }, after);
}

/** Ed25519 is deterministic: the same position always gives the same bytes, so it can stand for them in the tag. */
function toHead(row: AssignmentsTable, epoch: number): Omit<SignedDocument, 'body'> {
  const etag = `"a.${row.machine_id}.${epoch}.${row.sequence}.${row.issued_at}"`;
  return { epoch, revision: row.sequence, issuedAt: row.issued_at, etag };
}

function toRow(
  { machineId, organizationId }: MachineRef,
  content: AssignmentContent,
  sequence: number,
  issuedAt: number,
): AssignmentsTable {
  return {
    machine_id: machineId,
    organization_id: organizationId,
    sequence,
    issued_at: issuedAt,
    holder_id: content.holder?.id ?? null,
    teams: JSON.stringify(content.teams),
    labels: JSON.stringify(content.labels),
    grants: JSON.stringify(content.grants),
    sessions: JSON.stringify(content.sessions),
    stage: content.stage ?? null,
  };
}

function toPayload(row: AssignmentsTable, epoch: number): AssignmentPayload {
  return {
    kind: 'assignment',
    organizationId: row.organization_id,
    machineId: row.machine_id,
    epoch,
    sequence: row.sequence,
    issuedAt: row.issued_at,
    ...(row.holder_id === null ? {} : { holder: { id: row.holder_id } }),
    teams: JSON.parse(row.teams) as string[],
    labels: JSON.parse(row.labels) as Record<string, string>,
    grants: JSON.parse(row.grants) as Grant[],
    sessions: JSON.parse(row.sessions) as AssignedSession[],
    ...(row.stage === null ? {} : { stage: row.stage }),
  };
}
