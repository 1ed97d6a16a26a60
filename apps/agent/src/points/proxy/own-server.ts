/**
 * Lets the machine's own control plane through, whatever the policy and an enforced sign-in say: who is sent to `pullgate login`
 * by a refusal must be able to sign in through this very proxy. Leaves checking its address to dial.ts, as for every target.
 */

import type { Decision } from '@pullgate/policy';
import { type Authority, isOciPath, type ProxyRequest } from '@pullgate/wire';
import type { Decider } from '../../point.ts';

/** As where the mode is `off`: neither judged nor recorded, since it is nobody's use of a registry. */
const PASSED: Decision = {
  verdict: 'allow',
  effect: 'forward',
  reason: 'MODE_OFF',
  revision: 0,
  mode: 'off',
  message: '',
};

/**
 * Whether a request goes to exactly this host and port. Not below `/v2/`, where a registry at the same origin would be opened;
 * inside a tunnel that cannot be seen.
 */
export function isForOwnServer(request: ProxyRequest, own: Authority | undefined): boolean {
  if (own === undefined || request.target.host !== own.host || request.target.port !== own.port) return false;
  return request.kind === 'connect' || !isOciPath(request.path);
}

/** A judge for such requests. What a point itself finds wrong (malformed, refused address) stays refused. */
export function passing(decider: Decider): Decider {
  return { ...decider, decide: () => PASSED, asking: (uid) => passing(decider.asking(uid)) };
}
