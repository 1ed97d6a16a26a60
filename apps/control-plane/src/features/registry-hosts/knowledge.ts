/** Tells what the policy in force knows of a host, compiled once per revision. */

import {
  type CompiledPolicy,
  compilePolicy,
  type HostStanding,
  type RegistryProfile,
  standingOf,
} from '@pullgate/policy';
import type { RegistryHost } from '@pullgate/reference';
import type { Kysely } from 'kysely';
import type { Database } from '../../database/schema.ts';
import { readDocument } from '../../document/parse.ts';
import { findInForce, findPublished } from '../policy/store.ts';

/** A large policy takes a tenth of a second to compile and some megabytes to keep. */
const MAX_COMPILED = 50;

export interface Knowledge {
  /** Revision in force; undefined without a policy. */
  readonly revision: number;
  standing(registry: RegistryHost, host: RegistryHost): HostStanding;
}

export function createKnowledge(
  db: Kysely<Database>,
): (organizationId: string) => Promise<Knowledge | undefined> {
  const compiled = new Map<string, CompiledPolicy>();
  const compile = async (organizationId: string): Promise<CompiledPolicy | undefined> => {
    const row = await findPublished(db, organizationId);
    if (row === undefined) return undefined;
    const profiles = JSON.parse(row.profiles) as RegistryProfile[];
    return compilePolicy({ document: readDocument(row), revision: row.revision, profiles });
  };
  const keep = (organizationId: string, policy: CompiledPolicy): void => {
    compiled.delete(organizationId);
    compiled.set(organizationId, policy);
    const [oldest] = compiled.keys();
    if (compiled.size > MAX_COMPILED && oldest !== undefined) compiled.delete(oldest);
  };
  return async (organizationId) => {
    const inForce = await findInForce(db, organizationId);
    const held = compiled.get(organizationId);
    const policy = held?.revision === inForce?.revision ? held : await compile(organizationId);
    if (policy === undefined) return undefined;
    keep(organizationId, policy);
    return {
      revision: policy.revision,
      standing: (registry, host) => standingOf(policy, registry, host),
    };
  };
}
