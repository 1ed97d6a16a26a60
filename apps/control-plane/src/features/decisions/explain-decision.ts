/** Explains a recorded decision by the revision that was in force on the machine: rule by rule, with the lines of its text. */

import type { Action, RegistryProfile } from '@pullgate/policy';
import type { DecisionDetail, DecisionItem, EngineReport } from '@pullgate/protocol';
import { InvalidReferenceError } from '@pullgate/reference';
import type { Kysely } from 'kysely';
import type { Static } from 'typebox';
import type { Database } from '../../database/schema.ts';
import { readDocument } from '../../document/parse.ts';
import type { Explainer } from '../check/explainer.ts';
import { findMachine } from '../machines/store.ts';
import { listTeamsOf } from '../members/store.ts';
import { findRevision } from '../policy/store.ts';
import { toQuery } from './to-query.ts';

export type Explained = NonNullable<DecisionDetail['explanation']>;

/**
 * Undefined when the revision is not known here, or what was recorded is no reference. Teams are those of today, and grants are
 * not known: `agrees` says whether the machine came to the same.
 */
export async function explainDecision(
  db: Kysely<Database>,
  explain: Explainer,
  organizationId: string,
  item: DecisionItem,
): Promise<Explained | undefined> {
  const row = await findRevision(db, organizationId, item.revision);
  if (row === undefined) return undefined;
  const source = {
    name: `${organizationId} r${row.revision}`,
    yaml: row.yaml,
    revision: row.revision,
    document: () => readDocument(row),
    profiles: () => JSON.parse(row.profiles) as RegistryProfile[],
  };
  try {
    const query = await toRecordedQuery(db, organizationId, item);
    const { decision, steps, rule, nearest } = explain(source, query);
    return {
      verdict: decision.verdict,
      reason: decision.reason,
      agrees: decision.verdict === item.verdict && decision.reason === item.reason,
      steps,
      ...(rule === undefined ? {} : { rule }),
      ...(nearest === undefined ? {} : { nearest }),
    };
  } catch (error) {
    if (error instanceof InvalidReferenceError) return undefined;
    throw error;
  }
}

async function toRecordedQuery(db: Kysely<Database>, organizationId: string, item: DecisionItem) {
  const { user, machine, registry, repository, tag, action, depth, at } = item;
  const teams = user === undefined ? [] : await listTeamsOf(db, { organizationId, userId: user });
  const subject = { ...(user === undefined ? {} : { user }), teams: teams.map(({ slug }) => slug) };
  const question = {
    registry,
    repository: repository ?? null,
    tag: tag ?? null,
    action: (action ?? null) as Action | null,
    depth: depth as 'host' | 'full',
  };
  return toQuery(question, subject, await isDeep(db, organizationId, machine.id), at);
}

async function isDeep(db: Kysely<Database>, organizationId: string, machineId: string): Promise<boolean> {
  const machine = await findMachine(db, organizationId, machineId);
  const engines = JSON.parse(machine?.engines ?? '[]') as Static<typeof EngineReport>[];
  return engines.some(({ depth }) => depth === 'full');
}
