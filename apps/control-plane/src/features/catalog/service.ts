/**
 * The catalog of an organization: imported when signed by a key that counts, and put in force by publishing the policy
 * once more with its profiles, so that machines get it within what they verify already.
 */

import { keyFingerprint, type PublicJwk, toPublicJwk } from '@pullgate/bundle';
import {
  CATALOG_KEYS,
  CATALOG_VERSION,
  type Catalog,
  compareCatalogVersions,
  SHIPPED_CATALOG,
  toCatalogJson,
} from '@pullgate/catalog';
import type {
  CatalogDocument,
  CatalogKey,
  CatalogMoved,
  CatalogState,
  ImportCatalog,
  TrustCatalogKey,
} from '@pullgate/protocol';
import type { Kysely, Transaction } from 'kysely';
import type { Database } from '../../database/schema.ts';
import { judge, refuseFailedTests } from '../../document/judge.ts';
import { readDocument } from '../../document/parse.ts';
import { ControlPlaneError } from '../../errors.ts';
import type { Publications } from '../../publications.ts';
import type { ActivityLog, Actor, NewActivity } from '../activity/service.ts';
import { republish } from '../policy/service.ts';
import { findPublished, type RevisionRow } from '../policy/store.ts';
import {
  catalogApplied,
  catalogImported,
  catalogKeyDistrusted,
  catalogKeyTrusted,
  catalogReset,
} from './events.ts';
import { type CatalogInForce, loadCatalog } from './in-force.ts';
import { deleteImported, deleteKey, insertKey, listKeys, replaceImported } from './store.ts';
import type { CatalogKeysTable } from './tables.ts';
import { verifyImport } from './verify-import.ts';

export interface CatalogService {
  state(organizationId: string): Promise<CatalogState>;
  document(organizationId: string): Promise<CatalogDocument>;
  /** @throws ControlPlaneError CATALOG_UNTRUSTED, CATALOG_INVALID, CATALOG_OLD, POLICY_TESTS_FAILED */
  import(organizationId: string, actor: Actor, wish: ImportCatalog): Promise<CatalogMoved>;
  /** Publishes the catalog in force, when the published policy is of an older one. @throws ControlPlaneError NOTHING_TO_PUBLISH, POLICY_TESTS_FAILED */
  apply(organizationId: string, actor: Actor, force: boolean): Promise<CatalogMoved>;
  /** Back to the one that ships. @throws ControlPlaneError NOTHING_TO_PUBLISH */
  reset(organizationId: string, actor: Actor): Promise<CatalogMoved>;
  keys(organizationId: string): Promise<CatalogKey[]>;
  /** @throws ControlPlaneError REQUEST_INVALID */
  trust(organizationId: string, actor: Actor, wish: TrustCatalogKey): Promise<CatalogKey>;
  /** What the key signed goes out of force with it. @throws ControlPlaneError NOT_FOUND */
  distrust(organizationId: string, actor: Actor, fingerprint: string): Promise<void>;
}

export interface CatalogDependencies {
  readonly db: Kysely<Database>;
  readonly activity: ActivityLog;
  readonly publications: Publications;
  readonly clock: () => number;
  /** Those of the project; tests have others. */
  readonly projectKeys?: readonly PublicJwk[];
}

export function createCatalogService(dependencies: CatalogDependencies): CatalogService {
  const { db, activity, clock } = dependencies;
  const inOneGo = async (
    organizationId: string,
    work: (trx: Transaction<Database>) => Promise<CatalogMoved>,
  ) => {
    const moved = await db.transaction().execute(work);
    announce(dependencies, organizationId, moved);
    return moved;
  };
  return {
    state: (organizationId) => readState(db, organizationId),
    document: async (organizationId) =>
      toCatalogJson((await loadCatalog(db, organizationId)).catalog) as CatalogDocument,
    import: async (organizationId, actor, wish) =>
      await inOneGo(organizationId, (trx) => importCatalog(trx, dependencies, organizationId, actor, wish)),
    apply: async (organizationId, actor, force) =>
      await inOneGo(organizationId, async (trx) => {
        const { catalog } = await loadCatalog(trx, organizationId);
        const published = await requirePublished(trx, organizationId);
        refuseCurrent(published, catalog);
        return await putInForce(trx, dependencies, organizationId, actor, catalog, force, catalogApplied);
      }),
    reset: async (organizationId, actor) =>
      await inOneGo(organizationId, (trx) => reset(trx, dependencies, organizationId, actor)),
    keys: async (organizationId) => (await listKeys(db, organizationId)).map(toKey),
    trust: async (organizationId, actor, { name, publicKey: x }) => {
      const fingerprint = await keyFingerprint(parseKey(x));
      const row = {
        ...{ organization_id: organizationId, fingerprint, name, public_key: x },
        ...{ created_at: clock(), created_by: actor.id },
      };
      await db.transaction().execute(async (trx) => {
        if (await insertKey(trx, row))
          await activity.append(trx, organizationId, actor, catalogKeyTrusted(row));
      });
      const kept = (await listKeys(db, organizationId)).find((key) => key.fingerprint === fingerprint);
      return toKey(kept ?? row);
    },
    distrust: async (organizationId, actor, fingerprint) => {
      const moved = await db
        .transaction()
        .execute((trx) => distrust(trx, dependencies, organizationId, actor, fingerprint));
      if (moved !== undefined) announce(dependencies, organizationId, moved);
    },
  };
}

function announce(
  { publications }: CatalogDependencies,
  organizationId: string,
  { revision }: CatalogMoved,
): void {
  publications.publish({ organizationId, kind: 'policy', revision });
}

async function importCatalog(
  trx: Transaction<Database>,
  dependencies: CatalogDependencies,
  organizationId: string,
  actor: Actor,
  { signed, force = false }: ImportCatalog,
): Promise<CatalogMoved> {
  const keys = await listKeys(trx, organizationId);
  const { catalog, signer, signedBy } = await verifyImport(signed, keys, dependencies.projectKeys);
  const before = (await loadCatalog(trx, organizationId)).catalog.version;
  // Stops an old catalog replayed, which would open again what a newer one closed.
  if (compareCatalogVersions(catalog.version, before) <= 0) {
    throw new ControlPlaneError('CATALOG_OLD', `expected a version above ${before}, got ${catalog.version}`, {
      hint: 'a version only rises: sign it again with a later one, or go back to the shipped catalog: pullgate catalog reset',
    });
  }
  await replaceImported(trx, {
    ...{ organization_id: organizationId, version: catalog.version, signer, signed_by: signedBy },
    ...{ catalog: JSON.stringify(catalog), imported_at: dependencies.clock(), imported_by: actor.id },
  });
  return await putInForce(trx, dependencies, organizationId, actor, catalog, force, (moved) =>
    catalogImported(moved, signer),
  );
}

async function reset(
  trx: Transaction<Database>,
  dependencies: CatalogDependencies,
  organizationId: string,
  actor: Actor,
): Promise<CatalogMoved> {
  const { imported } = await loadCatalog(trx, organizationId);
  if (imported === undefined) {
    throw new ControlPlaneError('NOTHING_TO_PUBLISH', 'the shipped catalog is in force already');
  }
  await deleteImported(trx, organizationId);
  // Going back is what one does in need: a test that fails does not stop it.
  return await putInForce(trx, dependencies, organizationId, actor, SHIPPED_CATALOG, true, catalogReset);
}

async function distrust(
  trx: Transaction<Database>,
  dependencies: CatalogDependencies,
  organizationId: string,
  actor: Actor,
  fingerprint: string,
): Promise<CatalogMoved | undefined> {
  const row = await deleteKey(trx, organizationId, fingerprint);
  if (row === undefined) throw new ControlPlaneError('NOT_FOUND', 'no such key is trusted for catalogs');
  await dependencies.activity.append(trx, organizationId, actor, catalogKeyDistrusted(row));
  const { imported } = await loadCatalog(trx, organizationId);
  return imported?.signer === fingerprint ? await reset(trx, dependencies, organizationId, actor) : undefined;
}

/** Publishes the policy as it is with the profiles of this catalog, and appends its Activity entry. */
async function putInForce(
  trx: Transaction<Database>,
  { activity, clock }: CatalogDependencies,
  organizationId: string,
  actor: Actor,
  catalog: Catalog,
  force: boolean,
  toEvent: (moved: CatalogMoved) => NewActivity,
): Promise<CatalogMoved> {
  const published = await requirePublished(trx, organizationId);
  const document = readDocument(published);
  if (!force) refuseFailedTests(judge(document, document, catalog.profiles));
  const from = versionOf(published);
  const revision = await republish(
    trx,
    clock,
    published,
    actor,
    catalog,
    `catalog ${from} → ${catalog.version}`,
  );
  const moved = { from, to: catalog.version, revision };
  await activity.append(trx, organizationId, actor, toEvent(moved));
  return moved;
}

async function requirePublished(db: Kysely<Database>, organizationId: string): Promise<RevisionRow> {
  const published = await findPublished(db, organizationId);
  if (published !== undefined) return published;
  throw new ControlPlaneError('NOT_FOUND', 'the organization has published no policy yet');
}

/** Revisions of before the catalog had versions do not say theirs. */
const versionOf = ({ catalog_version }: RevisionRow): string => catalog_version ?? 'unversioned';

function isCurrent(published: RevisionRow, catalog: Catalog): boolean {
  return published.profiles === JSON.stringify(catalog.profiles);
}

function refuseCurrent(published: RevisionRow, catalog: Catalog): void {
  if (!isCurrent(published, catalog)) return;
  throw new ControlPlaneError(
    'NOTHING_TO_PUBLISH',
    `revision ${published.revision} is of the catalog ${catalog.version} already`,
  );
}

async function readState(db: Kysely<Database>, organizationId: string): Promise<CatalogState> {
  const { catalog, imported } = await loadCatalog(db, organizationId);
  const published = await requirePublished(db, organizationId);
  return {
    version: catalog.version,
    profiles: catalog.profiles.length,
    source: imported === undefined ? 'shipped' : 'imported',
    shipped: CATALOG_VERSION,
    published: {
      revision: published.revision,
      version: versionOf(published),
      isCurrent: isCurrent(published, catalog),
    },
    ...toImport(imported),
    projectKeys: CATALOG_KEYS.length,
    keys: (await listKeys(db, organizationId)).map(toKey),
  };
}

function toImport(imported: CatalogInForce['imported']): Pick<CatalogState, 'imported'> {
  if (imported === undefined) return {};
  const { signer, signed_by, imported_at, imported_by, imported_by_name } = imported;
  const by = { id: imported_by, name: imported_by_name ?? imported_by };
  return { imported: { signer, signedBy: signed_by, at: imported_at, by } };
}

function toKey({ fingerprint, name, public_key, created_at }: CatalogKeysTable): CatalogKey {
  return { fingerprint, name, publicKey: public_key, createdAt: created_at };
}

function parseKey(x: string): PublicJwk {
  try {
    return toPublicJwk({ kty: 'OKP', crv: 'Ed25519', x });
  } catch (cause) {
    throw new ControlPlaneError('REQUEST_INVALID', 'expected an Ed25519 public key, 32 bytes in base64url', {
      cause,
      hint: 'pullgate catalog key create FILE prints the public key',
    });
  }
}
