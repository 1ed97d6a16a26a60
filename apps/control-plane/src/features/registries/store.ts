/** SQL of registries: they are entries of the draft, read beside the revision in force. */

import type { PolicyDocument } from '@pullgate/policy';
import type { Kysely } from 'kysely';
import type { Database } from '../../database/schema.ts';
import { readDocument } from '../../document/parse.ts';
import { load } from '../drafts/service.ts';

export interface Registries {
  readonly version: number;
  readonly draft: PolicyDocument['registries'];
  readonly published: PolicyDocument['registries'];
}

export async function loadRegistries(db: Kysely<Database>, organizationId: string): Promise<Registries> {
  const { draft, published } = await load(db, organizationId);
  return {
    version: draft.version,
    draft: readDocument(draft).registries,
    published: readDocument(published).registries,
  };
}
