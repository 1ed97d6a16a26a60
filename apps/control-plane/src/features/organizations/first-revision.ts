/** Revision 1 of an organization, for set-up and for organizations made later: Docker Hub allowed, everything observed, nothing blocked. */

import { SHIPPED_CATALOG } from '@pullgate/catalog';
import { defaultPolicy, formatPolicy } from '@pullgate/policy';
import type { Transaction } from 'kysely';
import type { Database } from '../../database/schema.ts';
import { parseText } from '../../document/parse.ts';
import type { OrganizationRef } from '../../http/principal.ts';
import type { ActivityLog, Actor } from '../activity/service.ts';
import { insertDraft } from '../drafts/store.ts';
import { policyPublished } from '../policy/events.ts';
import { toRevision } from '../policy/service.ts';
import { insertHead, insertRevision } from '../policy/store.ts';
import { organizationCreated } from './events.ts';

/** Publishes it, with the Activity entries of organization and policy. */
export async function publishFirst(
  trx: Transaction<Database>,
  { activity, clock }: { readonly activity: ActivityLog; readonly clock: () => number },
  organization: OrganizationRef,
  actor: Actor,
): Promise<void> {
  const { id, slug } = organization;
  const yaml = formatPolicy(defaultPolicy({ organization: slug, mode: 'observe' }));
  const document = parseText(yaml, { slug, profiles: SHIPPED_CATALOG.profiles });
  const changes = document.registries.map((entry) => ({
    op: 'add' as const,
    path: `/registries/${entry.id}`,
    after: entry,
    text: `+ ${entry.registry}`,
  }));
  const row = toRevision(id, 1, actor.id, clock(), { yaml, document }, changes, SHIPPED_CATALOG);
  await insertRevision(trx, row);
  await insertHead(trx, id, 1);
  const draft = { organization_id: id, version: 1, base: 1, yaml, document: row.document };
  await insertDraft(trx, { ...draft, updated_at: null, updated_by: null });
  const published = policyPublished({ from: 0, revision: 1, changes });
  await activity.append(trx, id, actor, organizationCreated(organization), published);
}
