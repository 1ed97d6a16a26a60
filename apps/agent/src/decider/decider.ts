/** Judges for every enforcement point by the snapshot in force. Leaves the rules to `@pullgate/policy`, recording to `decision-log/`. */

import {
  type AccessQuery,
  type Decision,
  type DenyReason,
  decide,
  type EnforcementPoint,
  modeOf,
  refusal,
} from '@pullgate/policy';
import type { Snapshot } from '../bundle-store/snapshot.ts';
import type { Clock } from '../clock.ts';
import type { Decider, PointQuery } from '../point.ts';

export interface DeciderOptions {
  readonly snapshot: () => Snapshot | undefined;
  /** Milliseconds since the control plane last answered. */
  readonly offlineMs: () => number;
  readonly clock: Clock;
  /** Slug, for sentences of a machine that has no policy yet. */
  readonly organization: string;
}

/** Beside what points need: the query that `explain` wants, with the same subject and clock. */
export interface AgentDecider extends Decider {
  /** The hard denial that holds whatever is asked; undefined when the policy may be asked. */
  unavailable(registry?: string): Decision | undefined;
  toQuery(snapshot: Snapshot, point: EnforcementPoint, query: PointQuery): AccessQuery;
}

export function createDecider({ snapshot, offlineMs, clock, organization }: DeciderOptions): AgentDecider {
  const deny = (reason: DenyReason, registry?: string): Decision => {
    const current = snapshot();
    return refusal({
      reason,
      document: current?.compiled.document ?? { organization, contact: {} },
      revision: current?.policy.revision ?? 0,
      mode: current === undefined ? 'enforce' : modeOf(current.compiled.modes, current.subject.teams),
      registry,
    });
  };
  const unavailable = (registry?: string): Decision | undefined => {
    const current = snapshot();
    if (current === undefined) return deny('POLICY_MISSING', registry);
    const limitS = current.compiled.document.policyOfflineLimit;
    return limitS !== undefined && offlineMs() > limitS * 1000 ? deny('POLICY_EXPIRED', registry) : undefined;
  };
  const toQuery = ({ subject }: Snapshot, point: EnforcementPoint, query: PointQuery): AccessQuery => ({
    ...query,
    subject,
    point,
    // No point of this agent looks into TLS: what a shallow query forwards is seen by no other, unless the point says so.
    deeper: query.deeper ?? false,
    now: clock.now(),
  });
  return {
    decide: (point, query) => {
      const current = snapshot();
      const hard = unavailable(query.registry);
      if (current === undefined || hard !== undefined) return hard ?? deny('POLICY_MISSING', query.registry);
      return decide(current.compiled, toQuery(current, point, query));
    },
    refuse: (_point, reason, registry) => deny(reason, registry),
    allowsAddress: (address) => snapshot()?.addresses.has(address) ?? false,
    unavailable,
    toQuery,
  };
}
