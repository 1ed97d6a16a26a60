/** Judges recorded decisions by a policy that is not in force. Runs in the reader's worker; leaves HTTP to `routes.ts`. */

import {
  type CompiledPolicy,
  compilePolicy,
  decide,
  HARD_REASONS,
  type PolicyDocument,
  type Reason,
  type RegistryProfile,
} from '@pullgate/policy';
import type { Impact } from '@pullgate/protocol';
import type { Kysely } from 'kysely';
import type { Database } from '../../database/schema.ts';
import { loadCatalog } from '../catalog/in-force.ts';
import { toQuery } from '../decisions/to-query.ts';
import { createTurnCounter, type Turn } from './count-turns.ts';
import {
  findDraftDocument,
  findPublishedDocument,
  findRevisionDocument,
  listDeepMachines,
  type RecordRow,
  streamRecords,
} from './store.ts';

/** The draft, the published policy in mode enforce, or an older revision put in force again. */
export type ImpactOf = 'draft' | 'enforce' | { readonly revision: number };

export interface ImpactRequest {
  readonly organizationId: string;
  readonly of: ImpactOf;
  readonly hours: number;
  readonly now: number;
}

export async function judgeImpact(db: Kysely<Database>, request: ImpactRequest): Promise<Impact> {
  const { organizationId, hours, now } = request;
  const turnOf = await createJudge(db, request);
  const counter = createTurnCounter();
  if (turnOf !== undefined) {
    const since = now - hours * 3600_000;
    for await (const row of streamRecords(db, organizationId, since)) counter.add(row, turnOf(row));
  }
  return { hours, ...counter.impact() };
}

/** Undefined while no policy is published. */
async function createJudge(
  db: Kysely<Database>,
  { organizationId, of, now }: ImpactRequest,
): Promise<((row: RecordRow) => Turn) | undefined> {
  const published = await findPublishedDocument(db, organizationId);
  if (published === undefined) return undefined;
  const { revision } = published;
  const document = JSON.parse(published.document) as PolicyDocument;
  const profiles = JSON.parse(published.profiles) as RegistryProfile[];
  const other = await findOther(db, organizationId, of);
  const { catalog } = await loadCatalog(db, organizationId);
  const before = compilePolicy({ document, revision, profiles });
  const after =
    of === 'enforce'
      ? compilePolicy({ document: toEnforced(document), revision, profiles })
      : other === undefined
        ? before
        : compilePolicy({
            document: JSON.parse(other) as PolicyDocument,
            revision,
            profiles: catalog.profiles,
          });
  const deep = new Set(await listDeepMachines(db, organizationId));
  const judge = of === 'enforce' ? turnByEnforcing : turnByAnother;
  return remembering((row) => judge(before, after, row, deep.has(row.machine_id), now));
}

async function findOther(
  db: Kysely<Database>,
  organizationId: string,
  of: ImpactOf,
): Promise<string | undefined> {
  if (of === 'enforce') return undefined;
  if (of === 'draft') return await findDraftDocument(db, organizationId);
  return await findRevisionDocument(db, organizationId, of.revision);
}

function toEnforced(document: PolicyDocument): PolicyDocument {
  return { ...document, mode: { ...document.mode, default: 'enforce' } };
}

/** Few distinct questions stand behind many records: each is judged once. */
function remembering(judge: (row: RecordRow) => Turn): (row: RecordRow) => Turn {
  const known = new Map<string, Turn>();
  return (row) => {
    const { registry, repository, tag, action, depth, verdict, reason, revision, machine_id } = row;
    // Machines differ only in the depth of their engines, which `depth` of the record does not say alone.
    const key = JSON.stringify([
      registry,
      repository,
      tag,
      action,
      verdict,
      reason,
      revision,
      depth === 'host' ? machine_id : '',
    ]);
    const turn = known.get(key) ?? judge(row);
    known.set(key, turn);
    return turn;
  };
}

/** The verdict of this very revision was found with all that the machine saw; only older ones are judged anew. */
function turnByEnforcing(
  before: CompiledPolicy,
  after: CompiledPolicy,
  row: RecordRow,
  isDeep: boolean,
  now: number,
): Turn {
  if (isHard(row.reason)) return 'same';
  const [was, becomes] = [effectBy(before, row, isDeep, now), effectBy(after, row, isDeep, now)];
  if (row.revision !== before.revision) return toTurn(was, becomes);
  return row.verdict === 'deny' && row.effect === 'forward' ? 'denied' : 'same';
}

/** Both sides are judged anew, so that only what differs between them counts. */
function turnByAnother(
  before: CompiledPolicy,
  after: CompiledPolicy,
  row: RecordRow,
  isDeep: boolean,
  now: number,
): Turn {
  if (isHard(row.reason)) return 'same';
  return toTurn(effectBy(before, row, isDeep, now), effectBy(after, row, isDeep, now));
}

function isHard(reason: string): boolean {
  return HARD_REASONS.has(reason as Reason);
}

type Effect = 'forward' | 'refuse';

function toTurn(was: Effect | undefined, becomes: Effect | undefined): Turn {
  if (was === becomes) return 'same';
  return becomes === 'refuse' ? 'denied' : 'allowed';
}

/** Undefined for what cannot be judged by its record. */
function effectBy(policy: CompiledPolicy, row: RecordRow, isDeep: boolean, now: number): Effect | undefined {
  try {
    return decide(policy, toQuery(row, { teams: [] }, isDeep, now)).effect;
  } catch {
    return undefined;
  }
}
