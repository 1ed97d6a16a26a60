/** The registries of the draft, one by one: listed beside what is published, added, edited, removed. */

import { isDeepStrictEqual } from 'node:util';
import { type CatalogIndex, createCatalogIndex } from '@pullgate/catalog';
import { quote } from '@pullgate/errors';
import { MAX_POLICY_BYTES, type PolicyDocument, type RegistryEntry } from '@pullgate/policy';
import type {
  AddRegistry,
  BulkAddResult,
  CatalogList,
  EditRegistry,
  RegistryItem,
  RegistrySuggestion,
} from '@pullgate/protocol';
import type { Kysely } from 'kysely';
import type { Database } from '../../database/schema.ts';
import { addRules, editRule, removeRule } from '../../document/edit-yaml.ts';
import { readDocument } from '../../document/parse.ts';
import { ControlPlaneError } from '../../errors.ts';
import { type Page, type PageRequest, toPage } from '../../http/page.ts';
import type { OrganizationRef } from '../../http/principal.ts';
import type { Actor } from '../activity/service.ts';
import { loadCatalog } from '../catalog/in-force.ts';
import { listDeniedRegistries } from '../decisions/hours-store.ts';
import { type DraftService, load } from '../drafts/service.ts';
import { type BulkEntry, judgeBulk } from './bulk.ts';
import { registriesAdded, registryAdded, registryEdited, registryRemoved } from './events.ts';
import { createIdMaker } from './ids.ts';
import { type RegistryFilter, type RegistryRow, selectRows } from './select-rows.ts';
import { loadRegistries, type Registries } from './store.ts';
import { searchCatalog, suggest } from './suggestions.ts';

/** Something of the draft, with the draft's version. */
export interface Versioned<T> {
  readonly version: number;
  readonly value: T;
}

export interface RegistryService {
  list(
    organizationId: string,
    page: PageRequest,
    filter: RegistryFilter,
  ): Promise<Versioned<Page<RegistryItem>>>;
  /** @throws ControlPlaneError NOT_FOUND */
  get(organizationId: string, id: string): Promise<Versioned<RegistryItem>>;
  /** @throws ControlPlaneError REGISTRY_EXISTS, POLICY_INVALID, DRAFT_CONFLICT */
  add(change: DraftChange, entry: AddRegistry): Promise<Versioned<RegistryItem>>;
  /** @throws ControlPlaneError NOT_FOUND, POLICY_INVALID, DRAFT_CONFLICT */
  edit(change: DraftChange, id: string, edits: EditRegistry): Promise<Versioned<RegistryItem>>;
  /** @throws ControlPlaneError NOT_FOUND, DRAFT_CONFLICT */
  remove(change: DraftChange, id: string): Promise<Versioned<null>>;
  /** Adds what is new and valid, in one change. @throws ControlPlaneError DRAFT_CONFLICT, POLICY_INVALID when the whole is too large */
  addMany(change: DraftChange, entries: readonly BulkEntry[], dryRun: boolean): Promise<BulkAddResult>;
  searchCatalog(organizationId: string, search: string | undefined): Promise<CatalogList>;
  /** What machines were denied of late and the draft does not name. */
  suggest(organizationId: string, limit: number): Promise<RegistrySuggestion[]>;
}

/** Who changes which draft, and of which version, if they care. */
export interface DraftChange {
  readonly organization: OrganizationRef;
  readonly actor: Actor;
  readonly version?: number;
}

export interface RegistryDependencies {
  readonly db: Kysely<Database>;
  readonly drafts: DraftService;
  readonly clock: () => number;
}

const SUGGESTED_FOR_MS = 30 * 24 * 3600_000;
/** Of these some are listed by now. */
const MOST_DENIED = 500;

export function createRegistryService(dependencies: RegistryDependencies): RegistryService {
  const { db, drafts, clock } = dependencies;
  const get = async (organizationId: string, id: string) => {
    const registries = await loadRegistries(db, organizationId);
    const row = toRows(registries).find(({ entry }) => entry.id === id);
    if (row === undefined) throw unknownRegistry(id);
    return { version: registries.version, value: toItem(row, await loadIndex(db, organizationId)) };
  };
  return {
    async list(organizationId, { after, limit }, filter) {
      const registries = await loadRegistries(db, organizationId);
      const index = await loadIndex(db, organizationId);
      const start = after === undefined ? 0 : Number(after[0]);
      const rows = selectRows(toRows(registries), filter)
        .map((row, at) => ({ row, at }))
        .slice(start, start + limit + 1);
      return {
        version: registries.version,
        value: toPage(
          rows,
          limit,
          ({ at }) => [at + 1],
          ({ row }) => toItem(row, index),
        ),
      };
    },
    get,
    async add({ organization, actor, version }, wish) {
      let id = wish.id ?? '';
      await drafts.edit(organization, actor, version, ({ yaml, document }) => {
        id = wish.id ?? createIdMaker(document)(wish.registry);
        if (hasId(document, id)) {
          throw new ControlPlaneError(
            'REGISTRY_EXISTS',
            `the draft has a rule with the id ${quote(id)} already`,
            {
              hint: 'edit that one, or choose another id',
            },
          );
        }
        const entry = { id, registry: wish.registry, allow: ['pull', 'push'], ...definedOf(wish) };
        return {
          toYaml: () => addRules(yaml, 'registries', [entry]),
          document: { ...document, registries: [...document.registries, entry] },
          entriesOf: (next) => [registryAdded(entryOf(next, id))],
        };
      });
      return await get(organization.id, id);
    },
    async edit({ organization, actor, version }, id, edits) {
      await drafts.edit(organization, actor, version, ({ yaml, document }) => {
        const before = entryOf(document, id);
        return {
          toYaml: () => editRule(yaml, 'registries', id, edits),
          document: { ...document, registries: withEdits(document.registries, id, edits) },
          entriesOf: (next) => [registryEdited(before, entryOf(next, id))],
        };
      });
      return await get(organization.id, id);
    },
    async remove({ organization, actor, version }, id) {
      const changed = await drafts.edit(organization, actor, version, ({ yaml, document }) => {
        const before = entryOf(document, id);
        return {
          toYaml: () => removeRule(yaml, 'registries', id),
          document: { ...document, registries: document.registries.filter((entry) => entry.id !== id) },
          entriesOf: () => [registryRemoved(before)],
        };
      });
      return { version: changed.version, value: null };
    },
    addMany: (change, entries, dryRun) => addMany(dependencies, change, entries, dryRun),
    searchCatalog: async (organizationId, search) =>
      searchCatalog((await loadCatalog(db, organizationId)).catalog, search),
    async suggest(organizationId, limit) {
      const since = clock() - SUGGESTED_FOR_MS;
      const denied = await listDeniedRegistries(db, organizationId, since, MOST_DENIED);
      const document = readDocument((await load(db, organizationId)).draft);
      return suggest(denied, document, await loadIndex(db, organizationId), limit);
    },
  };
}

async function addMany(
  { db, drafts }: RegistryDependencies,
  { organization, actor, version }: DraftChange,
  wishes: readonly BulkEntry[],
  dryRun: boolean,
): Promise<BulkAddResult> {
  const { draft } = await load(db, organization.id);
  const first = judgeBulk(wishes, readDocument(draft));
  if (dryRun || first.entries.length === 0) {
    return toBulkResult(first.results, draft.version, dryRun);
  }
  let { results } = first;
  const changed = await drafts.edit(organization, actor, version, ({ yaml, document }) => {
    const judged = judgeBulk(wishes, document);
    results = judged.results;
    return {
      toYaml: () => bounded(addRules(yaml, 'registries', judged.entries)),
      document: { ...document, registries: [...document.registries, ...judged.entries] },
      entriesOf: () => [registriesAdded(judged.entries)],
    };
  });
  return toBulkResult(results, changed.version, false);
}

/** What is larger could be stored, but neither read as a text again nor taken by machines. */
function bounded(yaml: string): string {
  if (Buffer.byteLength(yaml) <= MAX_POLICY_BYTES) return yaml;
  throw new ControlPlaneError('POLICY_INVALID', 'with all of these the policy would be larger than 1 MiB', {
    hint: 'name registries of one domain by a wildcard, such as **.example.com',
  });
}

function toBulkResult(results: BulkAddResult['results'], version: number, dryRun: boolean): BulkAddResult {
  const count = (outcome: string) => results.filter((result) => result.outcome === outcome).length;
  const counts = { added: count('added'), existing: count('exists'), invalid: count('invalid') };
  return { version, dryRun, ...counts, results };
}

function entryOf(document: PolicyDocument, id: string): RegistryEntry {
  const entry = document.registries.find((candidate) => candidate.id === id);
  if (entry === undefined) throw unknownRegistry(id);
  return entry;
}

function unknownRegistry(id: string): ControlPlaneError {
  return new ControlPlaneError('NOT_FOUND', `the draft has no registry with the id ${quote(id)}`);
}

/** Registries and denials share one space of ids. */
function hasId({ registries, deny }: PolicyDocument, id: string): boolean {
  return [...registries, ...deny].some((rule) => rule.id === id);
}

/** The entry with what is sent in place of what it had; `null` removes. */
function withEdits(entries: readonly RegistryEntry[], id: string, edits: EditRegistry): object[] {
  return entries.map((entry) => {
    if (entry.id !== id) return entry;
    const fields = Object.entries({ ...entry, ...edits });
    return Object.fromEntries(fields.filter(([, value]) => value !== null && value !== undefined));
  });
}

const definedOf = (wish: AddRegistry) =>
  Object.fromEntries(Object.entries(wish).filter(([, value]) => value !== undefined));

/** The draft's entries in their order, then those that only the published policy has. */
function toRows({ draft, published }: Registries): RegistryRow[] {
  const before = new Map(published.map((entry) => [entry.id, entry]));
  const now = new Set(draft.map((entry) => entry.id));
  const stateOf = (entry: RegistryEntry) => {
    const old = before.get(entry.id);
    if (old === undefined) return 'added';
    return isDeepStrictEqual(old, entry) ? 'published' : 'edited';
  };
  return [
    ...draft.map((entry) => ({ entry, state: stateOf(entry) }) as const),
    ...published.filter((entry) => !now.has(entry.id)).map((entry) => ({ entry, state: 'removed' }) as const),
  ];
}

async function loadIndex(db: Kysely<Database>, organizationId: string): Promise<CatalogIndex> {
  return createCatalogIndex((await loadCatalog(db, organizationId)).catalog.profiles);
}

function toItem({ entry, state }: RegistryRow, { companionsOf }: CatalogIndex): RegistryItem {
  return { ...(entry as RegistryItem), companions: [...companionsOf(entry.registry)], state };
}
