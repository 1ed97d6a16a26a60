/** What differs between two revisions, or between one and the draft. */

import type { PolicyDiff } from '@pullgate/protocol';
import type { Kysely } from 'kysely';
import type { Database } from '../../database/schema.ts';
import { diffDocuments, readDocument } from '../../document/parse.ts';
import { ControlPlaneError } from '../../errors.ts';
import { findDraft } from '../drafts/store.ts';
import { findPublished, findRevision } from './store.ts';

export interface DiffWish {
  /** The revision in force when left out. */
  readonly from?: number;
  readonly to: number | 'draft';
}

/** @throws ControlPlaneError NOT_FOUND */
export async function diffRevisions(
  db: Kysely<Database>,
  organizationId: string,
  { from, to }: DiffWish,
): Promise<PolicyDiff> {
  const older = found(
    from === undefined
      ? await findPublished(db, organizationId)
      : await findRevision(db, organizationId, from),
  );
  const newer = found(
    to === 'draft' ? await findDraft(db, organizationId) : await findRevision(db, organizationId, to),
  );
  return { from: older.revision, to, changes: diffDocuments(readDocument(older), readDocument(newer)) };
}

function found<Row>(row: Row | undefined): Row {
  if (row === undefined) throw new ControlPlaneError('NOT_FOUND', 'no such revision');
  return row;
}
