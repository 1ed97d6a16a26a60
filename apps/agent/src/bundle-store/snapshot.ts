/** Holds the one immutable value that everything on the machine decides by, and how it is made of two verified documents. */

import type { AssignmentPayload, PolicyPayload } from '@pullgate/bundle';
import { type CompiledPolicy, compilePolicy, type Subject, validatePolicy } from '@pullgate/policy';
import { type AllowedAddresses, compileAllowedAddresses } from '../decider/allowed-addresses.ts';

export interface Snapshot {
  readonly policy: PolicyPayload;
  readonly assignment: AssignmentPayload | undefined;
  readonly compiled: CompiledPolicy;
  /** Whom the machine's engines act for; nobody, and of no team, until an assignment came. */
  readonly subject: Subject;
  readonly addresses: AllowedAddresses;
}

/**
 * Compiles a policy for this machine.
 *
 * @throws PolicyError, InvalidReferenceError when the document is one that this version cannot enforce.
 */
export function compileSnapshot(
  policy: PolicyPayload,
  assignment: AssignmentPayload | undefined,
  machineId: string,
): Snapshot {
  // `force`: whether a bare wildcard may be published was decided by the owner who published it.
  const document = validatePolicy(policy.document, { force: true });
  const stage = assignment?.stage;
  const compiled = compilePolicy({
    document,
    revision: policy.revision,
    profiles: policy.profiles,
    grants: assignment?.grants ?? [],
    ...(stage === undefined ? {} : { stage }),
  });
  const subject: Subject = {
    teams: assignment?.teams ?? [],
    machine: machineId,
    ...(assignment?.holder === undefined ? {} : { user: assignment.holder.id }),
  };
  const addresses = compileAllowedAddresses(document.addresses);
  return { policy, assignment, compiled, subject, addresses };
}
