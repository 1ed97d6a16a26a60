/** Whether two host patterns have a host in common. Leaves matching a single host to host-pattern.ts. */

import { matchHost } from './host-pattern.ts';
import type { HostPattern } from './types.ts';

type Wildcard = Extract<HostPattern, { suffix: string }>;

export function hasOverlap(a: HostPattern, b: HostPattern): boolean {
  if (a.kind === 'any' || b.kind === 'any') return true;
  if (a.kind === 'exact') return matchHost(b, a.host);
  if (b.kind === 'exact') return matchHost(a, b.host);
  return a.port === b.port && (reachesInto(a, b) || reachesInto(b, a));
}

/** Whether some host under `inner`, whose suffix is the longer or the same, is one of `outer`'s. */
function reachesInto(outer: Wildcard, inner: Wildcard): boolean {
  if (outer.suffix === inner.suffix) return true;
  return outer.kind === 'many' && inner.suffix.endsWith(`.${outer.suffix}`);
}
