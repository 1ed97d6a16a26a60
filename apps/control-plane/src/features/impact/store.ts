/** SQL of impact: the two documents, and the recorded decisions. */

import type { Action } from '@pullgate/policy';
import type { EngineReport } from '@pullgate/protocol';
import type { Kysely } from 'kysely';
import type { Static } from 'typebox';
import type { Database } from '../../database/schema.ts';
import type { DecisionsTable } from '../decisions/tables.ts';

export interface RecordRow
  extends Pick<
    DecisionsTable,
    | 'at'
    | 'machine_id'
    | 'user_id'
    | 'registry'
    | 'repository'
    | 'tag'
    | 'depth'
    | 'verdict'
    | 'effect'
    | 'reason'
    | 'revision'
  > {
  readonly action: Action | null;
  readonly machine_name: string;
}

/** Oldest first. Behind a cursor, so that a month of a fleet is never in memory. */
export function streamRecords(
  db: Kysely<Database>,
  organizationId: string,
  since: number,
): AsyncIterableIterator<RecordRow> {
  return db
    .selectFrom('decisions')
    .innerJoin('machines', 'machines.id', 'decisions.machine_id')
    .select([
      'decisions.at',
      'decisions.machine_id',
      'decisions.user_id',
      'decisions.registry',
      'decisions.repository',
      'decisions.tag',
      'decisions.depth',
      'decisions.verdict',
      'decisions.effect',
      'decisions.reason',
      'decisions.revision',
      'decisions.action',
      'machines.name as machine_name',
    ])
    .$narrowType<{ action: Action | null }>()
    .where('decisions.organization_id', '=', organizationId)
    .where('decisions.at', '>=', since)
    .orderBy('decisions.at')
    .stream();
}

export async function findPublishedDocument(db: Kysely<Database>, organizationId: string) {
  return await db
    .selectFrom('policy_heads')
    .innerJoin('policy_revisions', (join) =>
      join
        .onRef('policy_revisions.organization_id', '=', 'policy_heads.organization_id')
        .onRef('policy_revisions.revision', '=', 'policy_heads.revision'),
    )
    .select(['policy_revisions.revision', 'policy_revisions.document', 'policy_revisions.profiles'])
    .where('policy_heads.organization_id', '=', organizationId)
    .executeTakeFirst();
}

export async function findDraftDocument(
  db: Kysely<Database>,
  organizationId: string,
): Promise<string | undefined> {
  const row = await db
    .selectFrom('policy_drafts')
    .select('document')
    .where('organization_id', '=', organizationId)
    .executeTakeFirst();
  return row?.document;
}

export async function findRevisionDocument(
  db: Kysely<Database>,
  organizationId: string,
  revision: number,
): Promise<string | undefined> {
  const row = await db
    .selectFrom('policy_revisions')
    .select('document')
    .where('organization_id', '=', organizationId)
    .where('revision', '=', revision)
    .executeTakeFirst();
  return row?.document;
}

/** Machines with a point that sees more than the host: what was recorded by host goes on to it. */
export async function listDeepMachines(db: Kysely<Database>, organizationId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('machines')
    .select(['id', 'engines'])
    .where('organization_id', '=', organizationId)
    .where('engines', '<>', '[]')
    .execute();
  return rows
    .filter(({ engines }) =>
      (JSON.parse(engines) as Static<typeof EngineReport>[]).some(({ depth }) => depth === 'full'),
    )
    .map(({ id }) => id);
}
