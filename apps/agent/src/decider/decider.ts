/** Judges for every enforcement point by the snapshot in force. Leaves the rules to `@pullgate/policy`, recording to `decision-log/`. */

import {
  type AccessQuery,
  type CompiledPolicy,
  type Decision,
  type DenyReason,
  decide,
  decideDenials,
  decideHop,
  type EnforcementPoint,
  modeOf,
  needsInspection,
  refusal,
  type SignInFacts,
} from '@pullgate/policy';
import type { Snapshot } from '../bundle-store/snapshot.ts';
import type { Clock } from '../clock.ts';
import type { Decider, PointQuery } from '../point.ts';
import { NOT_REQUIRED, type RequiredSignIn } from '../sign-in-required/required.ts';
import { judgeSignIn, type SignInDenial } from '../subjects/judge-sign-in.ts';
import { nobodyOn, subjectOf } from '../subjects/subject-of.ts';

export interface DeciderOptions {
  readonly snapshot: () => Snapshot | undefined;
  /** Milliseconds since the control plane last answered. */
  readonly offlineMs: () => number;
  /** The same, as sessions count it; see `offline-limit/session-offline.ts`. Like `offlineMs` unless given. */
  readonly sessionOfflineMs?: () => number;
  /** The organization took this machine back: it acts for nobody, its holder included. Not so unless given. */
  readonly isRevoked?: () => boolean;
  readonly clock: Clock;
  /** Slug, for sentences of a machine that has no policy yet. */
  readonly organization: string;
  /** What enforces sign-in now; nothing unless given. */
  readonly required?: () => RequiredSignIn;
}

/** Beside what points need: the query that `explain` wants, with the same subject and clock. */
export interface AgentDecider extends Decider {
  asking(uid: number | undefined): AgentDecider;
  /** The denial that holds whatever is asked, hard or for want of a sign-in; undefined when the policy may be asked. */
  unavailable(registry?: string): Decision | undefined;
  toQuery(snapshot: Snapshot, point: EnforcementPoint, query: PointQuery): AccessQuery;
  /** What the asking user lacks of an enforced sign-in; undefined when nothing, or in mode `off`. */
  signInDenial(): SignInDenial | undefined;
}

/** Asked without {@link Decider.asking} it judges for rootful engines. */
export function createDecider(options: DeciderOptions): AgentDecider {
  return createDeciderFor(options, undefined);
}

/** The order is: malformed input and refused addresses (the points), no policy, policy too old, sign-in, policy. */
function createDeciderFor(options: DeciderOptions, uid: number | undefined): AgentDecider {
  const { snapshot, offlineMs, clock, organization, required = () => NOT_REQUIRED } = options;
  const { sessionOfflineMs = offlineMs, isRevoked = () => false } = options;
  const sessionsExpired = (current: Snapshot): boolean =>
    sessionOfflineMs() > current.compiled.document.sessionOfflineLimit * 1000;
  const subject = (current: Snapshot) =>
    isRevoked() ? nobodyOn(current) : subjectOf(current, uid, sessionsExpired(current));
  const modeFor = (current: Snapshot) => modeOf(current.compiled.modes, subject(current).teams);
  const deny = (reason: DenyReason, registry?: string, signIn?: SignInFacts): Decision => {
    const current = snapshot();
    return refusal({
      reason,
      document: current?.compiled.document ?? { organization, contact: {} },
      revision: current?.policy.revision ?? 0,
      mode: current === undefined ? 'enforce' : modeFor(current),
      registry,
      signIn,
    });
  };
  const signInDenial = (): SignInDenial | undefined => {
    const current = snapshot();
    if (current === undefined || modeFor(current) === 'off') return undefined;
    return judgeSignIn({ required: required(), snapshot: current, uid, expired: sessionsExpired(current) });
  };
  const unavailable = (registry?: string): Decision | undefined => {
    const current = snapshot();
    if (current === undefined) return deny('POLICY_MISSING', registry);
    const limitS = current.compiled.document.policyOfflineLimit;
    if (limitS !== undefined && offlineMs() > limitS * 1000) return deny('POLICY_EXPIRED', registry);
    const lacking = signInDenial();
    return lacking && deny(lacking.reason, registry, lacking.facts);
  };
  const toQuery = (current: Snapshot, point: EnforcementPoint, query: PointQuery): AccessQuery => ({
    ...query,
    subject: subject(current),
    point,
    // What a shallow query forwards is seen by no other point, unless the asking one says so.
    deeper: query.deeper ?? false,
    now: clock.now(),
  });
  type Judge = (policy: CompiledPolicy, query: AccessQuery) => Decision;
  const decideBy = (judge: Judge, point: EnforcementPoint, query: PointQuery): Decision => {
    const current = snapshot();
    const denial = unavailable(query.registry);
    if (current === undefined || denial !== undefined)
      return denial ?? deny('POLICY_MISSING', query.registry);
    return judge(current.compiled, toQuery(current, point, query));
  };
  return {
    decide: (point, query) => decideBy(decide, point, query),
    decideHop: (point, from, query) =>
      decideBy((policy, asked) => decideHop(policy, from, asked), point, query),
    decideDenials: (point, query) => decideBy(decideDenials, point, query),
    needsInspection: (query) => {
      const current = snapshot();
      if (current === undefined || modeFor(current) === 'off') return false;
      return needsInspection(current.compiled, toQuery(current, 'proxy', query));
    },
    refuse: (_point, reason, registry) => deny(reason, registry),
    allowsAddress: (address) => snapshot()?.addresses.has(address) ?? false,
    asking: (other) => createDeciderFor(options, other),
    unavailable,
    toQuery,
    signInDenial,
  };
}
