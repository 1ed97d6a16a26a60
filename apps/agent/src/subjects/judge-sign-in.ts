/** Judges whether what enforces sign-in is satisfied for a user of this machine. Leaves wording to `@pullgate/policy`. */

import type { SignInFacts } from '@pullgate/policy';
import type { Snapshot } from '../bundle-store/snapshot.ts';
import type { RequiredSignIn } from '../sign-in-required/required.ts';
import { sessionsFor } from './subject-of.ts';

export interface SignInDenial {
  readonly reason: 'SIGN_IN_REQUIRED' | 'WRONG_ORGANIZATION';
  readonly facts: SignInFacts;
}

export interface SignInQuestion {
  readonly required: RequiredSignIn;
  readonly snapshot: Snapshot;
  readonly uid: number | undefined;
  /** Sessions are past their offline limit. */
  readonly expired: boolean;
}

/** Undefined when sign-in is not enforced, or satisfied. */
export function judgeSignIn({ required, snapshot, uid, expired }: SignInQuestion): SignInDenial | undefined {
  const { mechanism, place, problem } = required;
  if (mechanism === 'none') return undefined;
  const requiredOrgs = requiredOrgsOf(required, snapshot.policy.organization.slug);
  const facts = { requiredOrgs, ...(place === undefined ? {} : { place }) };
  if (problem !== undefined) return { reason: 'SIGN_IN_REQUIRED', facts: { ...facts, problem } };
  const sessions = expired ? [] : sessionsFor(snapshot, uid);
  const [first] = sessions;
  if (first === undefined) return { reason: 'SIGN_IN_REQUIRED', facts };
  if (sessions.some(({ organizations }) => meets(organizations, requiredOrgs))) return undefined;
  return { reason: 'WRONG_ORGANIZATION', facts: { ...facts, yourOrgs: first.organizations } };
}

/** A mechanism that names no organization means the one that the machine belongs to. */
export function requiredOrgsOf({ mechanism, allowedOrgs }: RequiredSignIn, own: string): readonly string[] {
  return mechanism !== 'none' && allowedOrgs.length === 0 ? [own] : allowedOrgs;
}

/** Slugs are compared whole, and as people write them: in any case. */
export function meets(organizations: readonly string[], required: readonly string[]): boolean {
  const wanted = new Set(required.map((slug) => slug.toLowerCase()));
  return organizations.some((slug) => wanted.has(slug.toLowerCase()));
}
