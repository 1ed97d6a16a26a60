/** The draft of an organization's policy: read, changed by whoever knows its version, thrown away, brought up to date. */

import { isDeepStrictEqual } from 'node:util';
import type { PolicyDocument } from '@pullgate/policy';
import type { PolicyDraft, PutDraft } from '@pullgate/protocol';
import type { Kysely, Transaction } from 'kysely';
import type { Database, PolicyDraftsTable } from '../../database/schema.ts';
import { copyUnits } from '../../document/edit-yaml.ts';
import { type Judgement, judge } from '../../document/judge.ts';
import { formatUnit, mergeUnits } from '../../document/merge.ts';
import { nameMachines } from '../../document/name-machines.ts';
import {
  checkDocument,
  type DocumentScope,
  diffDocuments,
  parseDocument,
  parseText,
  readDocument,
} from '../../document/parse.ts';
import { ControlPlaneError } from '../../errors.ts';
import type { OrganizationRef } from '../../http/principal.ts';
import type { ActivityLog, Actor, NewActivity } from '../activity/service.ts';
import { loadCatalog } from '../catalog/in-force.ts';
import { listTeams } from '../members/store.ts';
import { findPublished, findRevision, type RevisionRow } from '../policy/store.ts';
import { warnOfTeams } from '../teams/warn-of-teams.ts';
import { draftDiscarded, draftEdited, draftRebased } from './events.ts';
import { type DraftRow, findDraft, replaceDraft } from './store.ts';

export interface DraftService {
  read(organization: OrganizationRef): Promise<PolicyDraft>;
  /** @throws ControlPlaneError DRAFT_CONFLICT, POLICY_INVALID, REQUEST_INVALID */
  put(organization: OrganizationRef, actor: Actor, version: number, content: PutDraft): Promise<PolicyDraft>;
  /**
   * Changes the draft's text in a transaction; `version` left out: whatever it is now.
   * @throws ControlPlaneError DRAFT_CONFLICT, POLICY_INVALID, and whatever `edit` throws
   */
  edit(
    organization: OrganizationRef,
    actor: Actor,
    version: number | undefined,
    edit: (draft: DraftContent) => DraftEdit,
  ): Promise<{ readonly version: number; readonly document: PolicyDocument }>;
  /** Makes the draft equal to the published policy. @throws ControlPlaneError DRAFT_CONFLICT */
  discard(organization: OrganizationRef, actor: Actor, version: number): Promise<PolicyDraft>;
  /** Takes in what was published since. @throws ControlPlaneError DRAFT_CONFLICT, DRAFT_OUTDATED when both sides touched the same rule */
  rebase(organization: OrganizationRef, actor: Actor, version: number): Promise<PolicyDraft>;
}

export interface DraftContent {
  readonly yaml: string;
  readonly document: PolicyDocument;
}

/** One change, made to the text and to the document alike: parsing a long text again would take a second. */
export interface DraftEdit {
  /** Called once the document was found valid. */
  readonly toYaml: () => string;
  readonly document: object;
  /** What Activity keeps of it, given the document that came out. */
  readonly entriesOf: (after: PolicyDocument) => readonly NewActivity[];
}

export interface DraftDependencies {
  readonly db: Kysely<Database>;
  readonly activity: ActivityLog;
  /** Machines on which deep rules cannot hold. */
  readonly machinesWithoutDepth: (organizationId: string) => Promise<readonly { readonly name: string }[]>;
  readonly clock: () => number;
}

export function createDraftService(dependencies: DraftDependencies): DraftService {
  const { db, machinesWithoutDepth } = dependencies;
  const read = async (organization: OrganizationRef) => {
    const { draft, published } = await load(db, organization.id);
    const { catalog } = await loadCatalog(db, organization.id);
    const document = readDocument(draft);
    const judgement = judge(readDocument(published), document, catalog.profiles);
    const answer = toDraft(draft, published, judgement);
    const teams = (await listTeams(db, organization.id)).map(({ slug }) => slug);
    const warnings = [...answer.warnings, ...warnOfTeams(document, teams)];
    return { ...answer, warnings: nameMachines(warnings, await machinesWithoutDepth(organization.id)) };
  };
  return {
    read,
    async put(organization, actor, version, content) {
      const scope = await scopeOf(db, organization);
      const next = parseContent(content, scope);
      await change(dependencies, organization, actor, version, ({ draft }) => ({
        document: next.document,
        yaml: content.yaml ?? withComments(draft, next, scope),
        base: draft.base,
        entries: [draftEdited(draft, diffDocuments(readDocument(draft), next.document))],
      }));
      return await read(organization);
    },
    async edit(organization, actor, version, edit) {
      return await change(dependencies, organization, actor, version, ({ draft }, scope) => {
        const next = edit({ yaml: draft.yaml, document: readDocument(draft) });
        const document = checkDocument(next.document, scope);
        return { yaml: next.toYaml(), document, base: draft.base, entries: next.entriesOf(document) };
      });
    },
    async discard(organization, actor, version) {
      await change(dependencies, organization, actor, version, ({ draft, published }) => ({
        yaml: published.yaml,
        document: readDocument(published),
        base: published.revision,
        entries: [draftDiscarded(draft, published.revision)],
      }));
      return await read(organization);
    },
    async rebase(organization, actor, version) {
      await change(dependencies, organization, actor, version, ({ draft, published, base }, scope) => {
        const yaml = merged(draft, published, base);
        const document = parseText(yaml, scope);
        return {
          yaml,
          document,
          base: published.revision,
          entries: [draftRebased(draft, published.revision)],
        };
      });
      return await read(organization);
    },
  };
}

interface Sides {
  readonly draft: DraftRow;
  readonly published: RevisionRow;
  /** Revision that the draft was made from. */
  readonly base: RevisionRow;
}

interface NextDraft {
  readonly yaml: string;
  readonly document: PolicyDocument;
  readonly base: number;
  readonly entries: readonly NewActivity[];
}

/** Draft, published revision and the draft's base, all of one moment. */
export async function load(db: Kysely<Database>, organizationId: string): Promise<Sides> {
  const draft = await findDraft(db, organizationId);
  const published = await findPublished(db, organizationId);
  const base = draft === undefined ? undefined : await findRevision(db, organizationId, draft.base);
  if (draft === undefined || published === undefined || base === undefined) {
    throw new ControlPlaneError('NOT_FOUND', 'the organization has no policy');
  }
  return { draft, published, base };
}

async function change(
  { db, activity, clock }: DraftDependencies,
  organization: OrganizationRef,
  actor: Actor,
  version: number | undefined,
  next: (sides: Sides, scope: DocumentScope) => NextDraft,
): Promise<{ version: number; document: PolicyDocument }> {
  return await db.transaction().execute(async (trx) => {
    const sides = await load(trx, organization.id);
    if (version !== undefined) refuseMoved(sides, version);
    const { yaml, document, base, entries } = next(sides, await scopeOf(trx, organization));
    await storeDraft(trx, sides.draft, {
      base,
      yaml,
      document: JSON.stringify(document),
      updated_at: clock(),
      updated_by: actor.id,
    });
    await activity.append(trx, organization.id, actor, ...entries);
    return { version: sides.draft.version + 1, document };
  });
}

async function scopeOf(db: Kysely<Database>, { id, slug }: OrganizationRef): Promise<DocumentScope> {
  const { catalog } = await loadCatalog(db, id);
  return { slug, profiles: catalog.profiles };
}

/** Replaces the draft within a transaction that has read it. */
export async function storeDraft(
  trx: Transaction<Database>,
  draft: DraftRow,
  content: Omit<PolicyDraftsTable, 'organization_id' | 'version'>,
): Promise<void> {
  if (await replaceDraft(trx, draft.organization_id, draft.version, content)) return;
  throw new ControlPlaneError('DRAFT_CONFLICT', 'the draft was changed at the same moment', {
    hint: 'read the draft again and repeat the change',
  });
}

/** @throws ControlPlaneError DRAFT_CONFLICT, with what the other side did, when the draft is no longer `version` */
export function refuseMoved({ draft, published }: Sides, version: number): void {
  if (draft.version === version) return;
  const { changes, yaml, updatedAt, updatedBy } = toDraft(draft, published, NOT_JUDGED);
  throw new ControlPlaneError(
    'DRAFT_CONFLICT',
    `expected version ${version} of the draft, but it is at version ${draft.version}`,
    {
      hint: 'compare your changes with theirs (in this answer) and send them again with the new ETag; nothing was lost',
      members: {
        yours: { version },
        theirs: { version: draft.version, updatedAt, updatedBy, changes, yaml },
      },
    },
  );
}

/** @throws ControlPlaneError DRAFT_OUTDATED, with what was published since, when the draft's base is no longer in force */
export function refuseOutdated(sides: Sides): void {
  const { draft, published } = sides;
  if (draft.base === published.revision) return;
  throw outdated(sides, mergeOf(sides).conflicts.map(formatUnit));
}

function outdated({ draft, published, base }: Sides, conflicts: readonly string[]): ControlPlaneError {
  return new ControlPlaneError(
    'DRAFT_OUTDATED',
    `the draft was made from revision ${draft.base}, but revision ${published.revision} is published`,
    {
      hint:
        conflicts.length === 0
          ? 'rebase the draft: the changes touch different rules'
          : 'both sides changed the same rules: edit the draft to the outcome you want, or discard it',
      members: {
        yours: { base: draft.base, changes: diffDocuments(readDocument(base), readDocument(draft)) },
        theirs: {
          revision: published.revision,
          publishedAt: published.published_at,
          publishedBy: {
            id: published.published_by,
            name: published.published_by_name ?? published.published_by,
          },
          changes: diffDocuments(readDocument(base), readDocument(published)),
        },
        canRebase: conflicts.length === 0,
        conflicts,
      },
    },
  );
}

const mergeOf = ({ draft, published, base }: Sides) =>
  mergeUnits(readDocument(base), readDocument(draft), readDocument(published));

function merged(draft: DraftRow, published: RevisionRow, base: RevisionRow): string {
  const { take, conflicts } = mergeOf({ draft, published, base });
  if (conflicts.length > 0) throw outdated({ draft, published, base }, conflicts.map(formatUnit));
  return copyUnits(draft.yaml, published.yaml, take);
}

function parseContent(content: PutDraft, scope: DocumentScope): DraftContent {
  if ((content.yaml === undefined) === (content.document === undefined)) {
    throw new ControlPlaneError('REQUEST_INVALID', 'expected exactly one of yaml and document');
  }
  if (content.yaml === undefined) return parseDocument(content.document, scope);
  return { yaml: content.yaml, document: parseText(content.yaml, scope) };
}

/** A document that came as a value: its text is the draft's own, with comments and order, wherever it says the same. */
function withComments(draft: DraftRow, next: DraftContent, scope: DocumentScope): string {
  const before = readDocument(draft);
  const text = copyUnits(draft.yaml, next.yaml, mergeUnits(before, before, next.document).take);
  // Order and older spellings of a key may come out as another document; then the plain text it is.
  return isDeepStrictEqual(parseText(text, scope), next.document) ? text : next.yaml;
}

/** Where only what was changed is told. */
const NOT_JUDGED: Judgement = { tests: [], warnings: [] };

function toDraft(draft: DraftRow, published: RevisionRow, { tests, warnings }: Judgement): PolicyDraft {
  const document = readDocument(draft);
  return {
    version: draft.version,
    base: draft.base,
    published: published.revision,
    yaml: draft.yaml,
    document,
    changes: [...diffDocuments(readDocument(published), document)],
    tests: [...tests],
    warnings: [...warnings],
    ...(draft.updated_at === null ? {} : { updatedAt: draft.updated_at }),
    ...(draft.updated_by === null
      ? {}
      : { updatedBy: { id: draft.updated_by, name: draft.updated_by_name ?? draft.updated_by } }),
  };
}
