/** The published policy: read, published from the draft, rolled back, its mode changed. Every one of these is one transaction. */

import { isDeepStrictEqual } from 'node:util';
import { contentHashOf } from '@pullgate/bundle';
import type { Catalog } from '@pullgate/catalog';
import type { Mode, PolicyDocument } from '@pullgate/policy';
import type {
  Change,
  ModeRequest,
  PolicyDiff,
  PublishedPolicy,
  PublishRequest,
  PublishResult,
  RevisionSummary,
  RollbackRequest,
} from '@pullgate/protocol';
import type { Kysely, Transaction } from 'kysely';
import type { Database, PolicyRevisionsTable } from '../../database/schema.ts';
import { setMode } from '../../document/edit-yaml.ts';
import { type Judgement, judge, refuseDangerous, refuseFailedTests } from '../../document/judge.ts';
import { nameMachines } from '../../document/name-machines.ts';
import { checkDocument, diffDocuments, judgedBefore, parseText, readDocument } from '../../document/parse.ts';
import { ControlPlaneError } from '../../errors.ts';
import { type Page, type PageRequest, toPage } from '../../http/page.ts';
import type { OrganizationRef } from '../../http/principal.ts';
import type { Publications } from '../../publications.ts';
import type { ActivityLog, Actor, NewActivity } from '../activity/service.ts';
import { loadCatalog } from '../catalog/in-force.ts';
import { load, refuseMoved, refuseOutdated, storeDraft } from '../drafts/service.ts';
import type { DraftRow } from '../drafts/store.ts';
import { listTeams } from '../members/store.ts';
import { warnOfTeams } from '../teams/warn-of-teams.ts';
import { type DiffWish, diffRevisions } from './diff.ts';
import { modeChanged, policyForced, policyPublished, policyRolledBack } from './events.ts';
import {
  findPublished,
  findRevision,
  insertRevision,
  listRevisions,
  moveHead,
  type RevisionRow,
} from './store.ts';

export interface PolicyService {
  published(organizationId: string): Promise<PublishedPolicy>;
  /** @throws ControlPlaneError NOT_FOUND */
  revision(organizationId: string, revision: number): Promise<PublishedPolicy>;
  history(organizationId: string, page: PageRequest): Promise<Page<RevisionSummary>>;
  /** @throws ControlPlaneError NOT_FOUND */
  diff(organizationId: string, wish: DiffWish): Promise<PolicyDiff>;
  /** @throws ControlPlaneError DRAFT_CONFLICT, DRAFT_OUTDATED, NOTHING_TO_PUBLISH, POLICY_TESTS_FAILED, PUBLISH_NEEDS_FORCE */
  publish(
    organization: OrganizationRef,
    actor: Actor,
    version: number,
    wish: PublishRequest,
  ): Promise<PublishResult>;
  /** Publishes the published policy with another mode; the draft keeps its other changes. @throws ControlPlaneError NOTHING_TO_PUBLISH */
  changeMode(organization: OrganizationRef, actor: Actor, wish: ModeRequest): Promise<PublishResult>;
  /** Publishes an older revision once more. @throws ControlPlaneError NOT_FOUND, NOTHING_TO_PUBLISH */
  rollBack(organization: OrganizationRef, actor: Actor, wish: RollbackRequest): Promise<PublishResult>;
}

/** What is in force, published once more under a number above `floor`; undefined when the organization has no policy. */
export async function republishAbove(
  trx: Transaction<Database>,
  { clock }: Pick<PolicyDependencies, 'clock'>,
  organizationId: string,
  actor: Actor,
  floor: number,
): Promise<{ readonly from: number; readonly revision: number } | undefined> {
  const published = await findPublished(trx, organizationId);
  if (published === undefined) return undefined;
  const revision = Math.max(published.revision, floor) + 1;
  const next = { yaml: published.yaml, document: readDocument(published), rollbackOf: published.revision };
  const { catalog } = await loadCatalog(trx, organizationId);
  await insertAgain(
    trx,
    published,
    toRevision(organizationId, revision, actor.id, clock(), next, [], catalog),
  );
  return { from: published.revision, revision };
}

/** What is in force, published once more with the profiles of this catalog. @throws ControlPlaneError REVISION_CONFLICT */
export async function republish(
  trx: Transaction<Database>,
  clock: () => number,
  published: RevisionRow,
  actor: Actor,
  catalog: Catalog,
  comment: string,
): Promise<number> {
  const { organization_id, yaml } = published;
  const revision = published.revision + 1;
  const next = { yaml, document: readDocument(published), comment };
  await insertAgain(
    trx,
    published,
    toRevision(organization_id, revision, actor.id, clock(), next, [], catalog),
  );
  return revision;
}

/** The draft is of the same text, so it goes along. */
async function insertAgain(
  trx: Transaction<Database>,
  { organization_id, revision: from }: RevisionRow,
  row: PolicyRevisionsTable,
): Promise<void> {
  await insertRevision(trx, row);
  if (!(await moveHead(trx, organization_id, from, row.revision))) throw conflictOver(row.revision);
  const { draft } = await load(trx, organization_id);
  if (draft.base === from) await storeDraft(trx, draft, { ...contentOf(draft), base: row.revision });
}

function conflictOver(revision: number): ControlPlaneError {
  return new ControlPlaneError('REVISION_CONFLICT', `revision ${revision} was published at the same moment`);
}

/** Machines on which deep rules cannot hold. Not to be called within a transaction: it writes what heartbeats wait for. */
export type ListShallowMachines = (organizationId: string) => Promise<readonly { readonly name: string }[]>;

export interface PolicyDependencies {
  readonly db: Kysely<Database>;
  readonly activity: ActivityLog;
  readonly machinesWithoutDepth: ListShallowMachines;
  readonly publications: Publications;
  readonly clock: () => number;
}

export function createPolicyService(dependencies: PolicyDependencies): PolicyService {
  const { db } = dependencies;
  return {
    async published(organizationId) {
      return toPublished(found(await findPublished(db, organizationId)));
    },
    async revision(organizationId, revision) {
      return toPublished(found(await findRevision(db, organizationId, revision)));
    },
    async history(organizationId, page) {
      const before = page.after?.[0];
      const rows = await listRevisions(
        db,
        organizationId,
        before === undefined ? undefined : Number(before),
        page.limit + 1,
      );
      return toPage(rows, page.limit, (row) => [row.revision], toSummary);
    },
    diff: (organizationId, wish) => diffRevisions(db, organizationId, wish),
    publish: (organization, actor, version, wish) =>
      inOneGo(dependencies, organization, (trx) =>
        publish(trx, dependencies, organization, actor, version, wish),
      ),
    changeMode: (organization, actor, wish) =>
      inOneGo(dependencies, organization, (trx) => changeMode(trx, dependencies, organization, actor, wish)),
    rollBack: (organization, actor, wish) =>
      inOneGo(dependencies, organization, (trx) => rollBack(trx, dependencies, organization, actor, wish)),
  };
}

/** One transaction; what came out is announced once it is kept. */
async function inOneGo(
  { db, publications, machinesWithoutDepth }: PolicyDependencies,
  organization: OrganizationRef,
  work: (trx: Transaction<Database>) => Promise<PublishResult>,
): Promise<PublishResult> {
  // Asked first: what fails after the commit would tell an owner that nothing was published.
  const machines = await machinesWithoutDepth(organization.id);
  const result = await db.transaction().execute(work);
  publications.publish({ organizationId: organization.id, kind: 'policy', revision: result.revision });
  return { ...result, warnings: nameMachines(result.warnings, machines) };
}

async function publish(
  trx: Transaction<Database>,
  dependencies: PolicyDependencies,
  organization: OrganizationRef,
  actor: Actor,
  version: number,
  { comment, force }: PublishRequest,
): Promise<PublishResult> {
  const sides = await load(trx, organization.id);
  const { draft, published } = sides;
  refuseMoved(sides, version);
  refuseOutdated(sides);
  const next: NextRevision = {
    yaml: draft.yaml,
    document: readDocument(draft),
    ...(comment === undefined ? {} : { comment }),
  };
  const refuse = (judgement: Judgement) => {
    if (force === true) return;
    refuseFailedTests(judgement);
    refuseDangerous(judgement);
  };
  const event = force === true ? policyForced : policyPublished;
  const result = await putInForce(trx, dependencies, published, actor, next, refuse, event);
  await storeDraft(trx, draft, {
    ...contentOf(draft),
    base: result.revision,
    updated_at: null,
    updated_by: null,
  });
  return result;
}

async function changeMode(
  trx: Transaction<Database>,
  dependencies: PolicyDependencies,
  organization: OrganizationRef,
  actor: Actor,
  { mode, team, force }: ModeRequest,
): Promise<PublishResult> {
  const { draft, published } = await load(trx, organization.id);
  const before = readDocument(published).mode;
  const from = team === undefined ? before.default : (before.teams[team] ?? before.default);
  const next = withMode(published, organization.slug, mode, team);
  const refuse = (judgement: Judgement) => {
    if (force !== true && mode === 'enforce') refuseDangerous(judgement);
  };
  const result = await putInForce(trx, dependencies, published, actor, next, refuse, (facts) =>
    modeChanged(facts, from, mode, team),
  );
  const { yaml, document } =
    draft.yaml === published.yaml ? next : withMode(draft, organization.slug, mode, team);
  await storeDraft(trx, draft, {
    // A draft that was behind stays behind: what it has not taken in yet is more than the mode.
    base: draft.base === published.revision ? result.revision : draft.base,
    yaml,
    document: JSON.stringify(document),
    updated_at: draft.updated_at,
    updated_by: draft.updated_by,
  });
  return result;
}

/** Text and document of a row with another mode. */
function withMode(
  row: RevisionRow | DraftRow,
  slug: string,
  mode: Mode,
  team: string | undefined,
): { readonly yaml: string; readonly document: PolicyDocument } {
  const before = readDocument(row);
  const teams = team === undefined ? before.mode.teams : { ...before.mode.teams, [team]: mode };
  const next = { default: team === undefined ? mode : before.mode.default, teams };
  return {
    yaml: setMode(row.yaml, mode, team),
    document: checkDocument({ ...before, mode: next }, judgedBefore(slug)),
  };
}

async function rollBack(
  trx: Transaction<Database>,
  dependencies: PolicyDependencies,
  organization: OrganizationRef,
  actor: Actor,
  { revision, comment }: RollbackRequest,
): Promise<PublishResult> {
  const { draft, published } = await load(trx, organization.id);
  const older = found(await findRevision(trx, organization.id, revision));
  const next: NextRevision = {
    yaml: older.yaml,
    document: parseText(older.yaml, judgedBefore(organization.slug)),
    rollbackOf: revision,
    ...(comment === undefined ? {} : { comment }),
  };
  // Rolling back is what one does in need: it is told what is dangerous, and not stopped.
  const result = await putInForce(trx, dependencies, published, actor, next, undefined, (facts) =>
    policyRolledBack(facts, revision),
  );
  if (isDeepStrictEqual(readDocument(draft), readDocument(published))) {
    await storeDraft(trx, draft, {
      base: result.revision,
      yaml: older.yaml,
      document: JSON.stringify(next.document),
      updated_at: null,
      updated_by: null,
    });
  }
  return result;
}

const contentOf = ({ base, yaml, document, updated_at, updated_by }: DraftRow) => ({
  base,
  yaml,
  document,
  updated_at,
  updated_by,
});

interface NextRevision {
  readonly yaml: string;
  readonly document: PolicyDocument;
  readonly comment?: string;
  readonly rollbackOf?: number;
}

interface PublishFacts {
  readonly from: number;
  readonly revision: number;
  readonly changes: readonly Change[];
  readonly comment?: string;
}

/** Writes revision N+1, puts it in force, and appends its Activity entry. */
async function putInForce(
  trx: Transaction<Database>,
  { activity, clock }: PolicyDependencies,
  published: RevisionRow,
  actor: Actor,
  next: NextRevision,
  refuse: ((judgement: Judgement) => void) | undefined,
  toEvent: (facts: PublishFacts) => NewActivity,
): Promise<PublishResult> {
  const changes = diffDocuments(readDocument(published), next.document);
  if (changes.length === 0) {
    throw new ControlPlaneError('NOTHING_TO_PUBLISH', `nothing differs from revision ${published.revision}`);
  }
  const organizationId = published.organization_id;
  const { catalog } = await loadCatalog(trx, organizationId);
  const judgement = judge(readDocument(published), next.document, catalog.profiles);
  refuse?.(judgement);
  const revision = published.revision + 1;
  const row = toRevision(organizationId, revision, actor.id, clock(), next, changes, catalog);
  await insertRevision(trx, row);
  if (!(await moveHead(trx, organizationId, published.revision, revision))) throw conflictOver(revision);
  const comment = next.comment === undefined ? {} : { comment: next.comment };
  await activity.append(
    trx,
    organizationId,
    actor,
    toEvent({ from: published.revision, revision, changes, ...comment }),
  );
  const { tests } = judgement;
  const teams = (await listTeams(trx, organizationId)).map(({ slug }) => slug);
  const warnings = [...judgement.warnings, ...warnOfTeams(next.document, teams)];
  return { revision, publishedAt: row.published_at, changes, tests: [...tests], warnings };
}

/** The row of a revision; the catalog in force goes into it, so that it means the same for ever. */
export function toRevision(
  organizationId: string,
  revision: number,
  by: string,
  at: number,
  { yaml, document, comment, rollbackOf }: NextRevision,
  changes: readonly Change[],
  catalog: Catalog,
): PolicyRevisionsTable {
  return {
    organization_id: organizationId,
    revision,
    mode: document.mode.default,
    yaml,
    document: JSON.stringify(document),
    profiles: JSON.stringify(catalog.profiles),
    catalog_version: catalog.version,
    content_hash: contentHashOf(document, catalog.profiles),
    published_at: at,
    published_by: by,
    comment: comment ?? null,
    rollback_of: rollbackOf ?? null,
    changes: JSON.stringify(changes),
  };
}

function found<T>(row: T | undefined): T {
  if (row !== undefined) return row;
  throw new ControlPlaneError('NOT_FOUND', 'no such revision');
}

type SummaryRow = Awaited<ReturnType<typeof listRevisions>>[number];

function toSummary(row: SummaryRow): RevisionSummary {
  return {
    revision: row.revision,
    publishedAt: row.published_at,
    publishedBy: { id: row.published_by, name: row.published_by_name ?? row.published_by },
    ...(row.comment === null ? {} : { comment: row.comment }),
    ...(row.rollback_of === null ? {} : { rollbackOf: row.rollback_of }),
    changes: JSON.parse(row.changes) as Change[],
  };
}

function toPublished(row: RevisionRow): PublishedPolicy {
  const { revision, publishedAt, publishedBy, comment, changes } = toSummary(row);
  return {
    revision,
    mode: row.mode,
    yaml: row.yaml,
    document: readDocument(row),
    contentHash: row.content_hash,
    publishedAt,
    publishedBy,
    ...(comment === undefined ? {} : { comment }),
    changes,
  };
}
