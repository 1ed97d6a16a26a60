/** Answers what would happen to a pull or a push, and why, by the published policy or the draft. Records nothing. */

import { quote } from '@pullgate/errors';
import type { AccessQuery, RegistryProfile } from '@pullgate/policy';
import { type CheckRequest, type PolicyCheck, toCheckAnswer } from '@pullgate/protocol';
import { parseReference, parseRegistryHost } from '@pullgate/reference';
import type { Kysely } from 'kysely';
import type { Database } from '../../database/schema.ts';
import { readDocument } from '../../document/parse.ts';
import { ControlPlaneError } from '../../errors.ts';
import type { Member } from '../../http/principal.ts';
import { loadCatalog } from '../catalog/in-force.ts';
import { load } from '../drafts/service.ts';
import { listTeamsOf } from '../members/store.ts';
import { createExplainer, type PolicySource } from './explainer.ts';
import { findMember } from './store.ts';

export interface CheckService {
  /** @throws ControlPlaneError REFERENCE_INVALID, FORBIDDEN, NOT_FOUND for a person who is no member */
  check(member: Member, wish: CheckRequest): Promise<PolicyCheck>;
}

export interface CheckDependencies {
  readonly db: Kysely<Database>;
  readonly clock: () => number;
}

export function createCheckService({ db, clock }: CheckDependencies): CheckService {
  const explain = createExplainer();
  return {
    async check(member, wish) {
      const subject = await toSubject(db, member, wish);
      const { draft, published } = await load(db, member.organization.id);
      const isDraft = wish.draft === true;
      const { catalog } = await loadCatalog(db, member.organization.id);
      const stand = isDraft ? `d${draft.version} ${catalog.version}` : `r${published.revision}`;
      const name = `${member.organization.id} ${stand}`;
      const source: PolicySource = {
        name,
        yaml: (isDraft ? draft : published).yaml,
        revision: published.revision,
        document: () => readDocument(isDraft ? draft : published),
        profiles: () => (isDraft ? catalog.profiles : (JSON.parse(published.profiles) as RegistryProfile[])),
      };
      const now = clock();
      const query: AccessQuery = { ...toTarget(wish), subject, point: 'check', deeper: true, now };
      const { steps, rule, ...explanation } = explain(source, query);
      const age = isDraft ? undefined : now - published.published_at;
      const isShown = rule !== undefined && member.scopes.includes('policy:read');
      return {
        ...toCheckAnswer(wish, { ...explanation, steps }, age),
        steps,
        ...(isShown ? { rule } : {}),
      };
    },
  };
}

/** Rules and people are for those who may read the policy; everybody may ask for themselves. */
async function toSubject(
  db: Kysely<Database>,
  member: Member,
  wish: CheckRequest,
): Promise<AccessQuery['subject']> {
  const maySeeAll = member.scopes.includes('policy:read');
  if (wish.draft === true && !maySeeAll) {
    throw new ControlPlaneError('FORBIDDEN', 'the draft is for those who may read the policy');
  }
  const isSelf = wish.as === undefined || wish.as === member.userId || wish.as === member.email;
  if (isSelf) return await withTeams(db, member.organization.id, member.userId);
  if (!maySeeAll)
    throw new ControlPlaneError('FORBIDDEN', 'only those who may read the policy ask for others');
  const person = await findMember(db, member.organization.id, wish.as ?? '');
  if (person === undefined) {
    throw new ControlPlaneError('NOT_FOUND', `no member of the organization is ${quote(wish.as ?? '')}`);
  }
  return await withTeams(db, member.organization.id, person.id);
}

/** Policies name teams by slug. */
async function withTeams(
  db: Kysely<Database>,
  organizationId: string,
  userId: string,
): Promise<AccessQuery['subject']> {
  const teams = await listTeamsOf(db, { organizationId, userId });
  return { user: userId, teams: teams.map(({ slug }) => slug) };
}

/** A whole reference, or for `catalog` a registry. */
function toTarget({ reference, action = 'pull' }: CheckRequest): Pick<AccessQuery, 'registry' | 'action'> {
  try {
    return action === 'catalog'
      ? { registry: parseRegistryHost(reference), action }
      : { ...parseReference(reference), action };
  } catch (cause) {
    throw new ControlPlaneError(
      'REFERENCE_INVALID',
      cause instanceof Error ? cause.message : 'not a reference',
      {
        cause,
        hint: 'write it as for docker pull, for example quay.io/prometheus/node-exporter:v1',
      },
    );
  }
}
