/** Finds the mechanism in force among those that are there. Total: what cannot be read is a problem, never an exception. */

import type { SignInFileError } from './error.ts';
import type { Mechanism, MechanismFormat } from './mechanisms.ts';
import { parseDesktopPlist, parseProfilePayload } from './property-list.ts';
import { parseRegistryJson } from './registry-json.ts';
import { parseRegistryQuery } from './windows-registry.ts';

/** A mechanism that was found: its bytes, or why they cannot be had or trusted. */
export type FoundMechanism = { readonly mechanism: Mechanism } & (
  | { readonly bytes: Uint8Array }
  | { readonly problem: string }
);

export interface ResolvedSignIn {
  /** `none`: nothing enforces. */
  readonly mechanism: string;
  readonly place?: string;
  readonly allowedOrgs: readonly string[];
  /** Nobody satisfies it until it is mended. */
  readonly problem?: string;
}

/** Long enough for place, field, fact and way out; what a machine may report. */
const MAX_PROBLEM = 512;

type Parse = (bytes: Uint8Array, place: string, organization: string) => readonly string[] | undefined;

const PARSERS: Readonly<Record<MechanismFormat, Parse>> = {
  json: parseRegistryJson,
  plist: parseDesktopPlist,
  profile: parseProfilePayload,
  'registry-key': parseRegistryQuery,
  presence: (_bytes, _place, organization) => [organization],
};

/**
 * The first configured mechanism is final, also when it is broken: falling through to a weaker one would let whoever
 * damages a file choose what is enforced.
 *
 * @param found in the order of {@link MECHANISMS}
 * @param organization slug of the machine's own organization, which a mere presence requires
 */
export function resolveSignIn(found: readonly FoundMechanism[], organization: string): ResolvedSignIn {
  for (const source of found) {
    const resolved = resolveOne(source, organization);
    if (resolved !== undefined) return resolved;
  }
  return { mechanism: 'none', allowedOrgs: [] };
}

function resolveOne(source: FoundMechanism, organization: string): ResolvedSignIn | undefined {
  const { name, place, format } = source.mechanism;
  const broken = (problem: string): ResolvedSignIn => ({
    mechanism: name,
    place,
    allowedOrgs: [],
    problem: problem.slice(0, MAX_PROBLEM),
  });
  if ('problem' in source) return broken(source.problem);
  try {
    const allowedOrgs = PARSERS[format](source.bytes, place, organization);
    return allowedOrgs === undefined ? undefined : { mechanism: name, place, allowedOrgs };
  } catch (error) {
    const { message, hint } = error as Partial<SignInFileError>;
    return broken([message, hint].filter((part) => part !== undefined).join('; '));
  }
}
