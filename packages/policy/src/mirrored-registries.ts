/** Finds what the engines of a machine should ask in the place of which registry (semantics 5 and 11). Leaves telling them to the agent. */

import { parseHostPattern, parseRegistryHost, type RegistryHost } from '@pullgate/reference';
import type { CompiledPolicy } from './compile-policy.ts';
import { decide } from './decide.ts';
import type { RegistryEntry, Subject } from './types.ts';

export interface Mirror {
  readonly registry: RegistryHost;
  /** Below which the origin's repositories stand, without a slash at either end; absent: at the top. */
  readonly prefix?: string;
  /** By plain HTTP. */
  readonly insecure: boolean;
}

export interface MirroredRegistry {
  readonly origin: RegistryHost;
  /** In the order of the policy. */
  readonly mirrors: readonly Mirror[];
  /** Whether engines may still go to the origin itself. */
  readonly isOriginOpen: boolean;
}

/**
 * Registries that have a mirror from which the subject may pull, sorted. Entries for a pattern are not among the mirrors, since
 * engines must be told a name.
 *
 * @param now milliseconds since the epoch, for grants
 */
export function findMirroredRegistries(
  policy: CompiledPolicy,
  subject: Subject,
  now: number,
): readonly MirroredRegistry[] {
  const ask = (registry: RegistryHost, insecure: boolean) =>
    decide(policy, { registry, insecure, action: 'pull', subject, point: 'check', deeper: true, now });
  const byOrigin = new Map<RegistryHost, Mirror[]>();
  for (const entry of policy.document.registries) {
    const mirror = toMirror(entry);
    if (mirror === undefined || entry.mirrorOf === undefined) continue;
    const origin = parseRegistryHost(entry.mirrorOf.registry);
    if (mirror.registry === origin || ask(mirror.registry, mirror.insecure).verdict === 'deny') continue;
    byOrigin.set(origin, withMirror(byOrigin.get(origin) ?? [], mirror));
  }
  return [...byOrigin]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([origin, mirrors]) => ({ origin, mirrors, isOriginOpen: ask(origin, false).effect === 'forward' }));
}

function toMirror(entry: RegistryEntry): Mirror | undefined {
  const { insecure = false, mirrorOf } = entry;
  const pattern = parseHostPattern(entry.registry, { insecure });
  if (pattern.kind !== 'exact' || !entry.allow.includes('pull')) return undefined;
  const prefix = mirrorOf?.prefix?.replace(/\/$/, '');
  return { registry: pattern.host, insecure, ...(prefix === undefined ? {} : { prefix }) };
}

/** Several entries may be for one endpoint. */
function withMirror(mirrors: readonly Mirror[], added: Mirror): Mirror[] {
  const isThere = mirrors.some(
    ({ registry, prefix }) => registry === added.registry && prefix === added.prefix,
  );
  return isThere ? [...mirrors] : [...mirrors, added];
}
