/** Compiles what stands around the rules: registry profiles with their companion hosts, and `urls`. */

import {
  formatHostPattern,
  type HostPattern,
  matchHost,
  parseHostPattern,
  type RegistryHost,
} from '@pullgate/reference';
import { createHostIndex, type HostIndex, hasMatch, slotOf } from './host-index.ts';
import type { Rule } from './rule-index.ts';
import type { RegistryProfile, UrlRules } from './types.ts';

/** What the catalog knows about a registry's host. */
export interface RegistryFacts {
  /** Its blobs come from hosts that serve much else, so a host-only point cannot let its pulls finish. */
  isBroad: boolean;
  /** Where it sends requests on to: its API, blob and broad hosts. */
  readonly contentHosts: HostIndex<true>;
}

/** A token or blob host: open while one of its registries is. */
export interface Companion {
  /** For a registry that is a pattern, one host of each rule that may allow a part of it. */
  readonly registries: Set<RegistryHost>;
  /** How sentences name the registry. */
  readonly name: string;
}

/** What one profile knows of the registries that its pattern matches. */
export interface KnownHosts {
  readonly pattern: HostPattern;
  /** Every host that the profile lists, whatever for. */
  readonly hosts: readonly HostPattern[];
}

export interface Surroundings {
  readonly knownHosts: readonly KnownHosts[];
  readonly registries: HostIndex<RegistryFacts>;
  /** API hosts that are judged as the registry they belong to. */
  readonly apiHosts: ReadonlyMap<RegistryHost, RegistryHost>;
  readonly companions: HostIndex<Companion>;
  readonly broadHosts: HostIndex<true>;
  readonly urls: {
    readonly default: 'allow' | 'deny';
    readonly allow: HostIndex<true>;
    readonly deny: HostIndex<true>;
  };
}

interface ParsedProfile {
  readonly profile: RegistryProfile;
  readonly pattern: HostPattern;
}

export function compileSurroundings(
  profiles: readonly RegistryProfile[],
  urls: UrlRules,
  permitting: readonly Rule[],
): Surroundings {
  const parsed = profiles.map((profile) => ({ profile, pattern: parseHostPattern(profile.registry) }));
  const registries = createHostIndex<RegistryFacts>();
  for (const { profile, pattern } of parsed) addFacts(registries, pattern, profile);
  // After all registries are known: a profile that names another's registry as its API host must not open it.
  const apiHosts = compileApiHosts(parsed, registries);
  return {
    knownHosts: parsed.map(toKnownHosts),
    registries,
    apiHosts,
    companions: compileCompanions(parsed, permitting),
    broadHosts: toIndex(profiles.flatMap((profile) => profile.broadBlobHosts)),
    urls: { default: urls.default, allow: toIndex(urls.allow), deny: toIndex(urls.deny) },
  };
}

function toKnownHosts({ profile, pattern }: ParsedProfile): KnownHosts {
  const { apiHosts, tokenHosts, blobHosts, broadBlobHosts } = profile;
  const hosts = [...apiHosts, ...tokenHosts, ...blobHosts, ...broadBlobHosts];
  return { pattern, hosts: hosts.map((text) => parseHostPattern(text)) };
}

function addFacts(index: HostIndex<RegistryFacts>, pattern: HostPattern, profile: RegistryProfile): void {
  const facts = slotOf(index, pattern, () => ({ isBroad: false, contentHosts: createHostIndex<true>() }));
  facts.isBroad ||= profile.broadBlobHosts.length > 0;
  for (const host of [...profile.apiHosts, ...profile.blobHosts, ...profile.broadBlobHosts])
    slotOf(facts.contentHosts, parseHostPattern(host), () => true);
}

function compileApiHosts(
  parsed: readonly ParsedProfile[],
  registries: HostIndex<RegistryFacts>,
): ReadonlyMap<RegistryHost, RegistryHost> {
  const apiHosts = new Map<RegistryHost, RegistryHost>();
  const own = new Set(parsed.map(({ pattern }) => formatHostPattern(pattern)));
  for (const { profile, pattern } of parsed) {
    for (const host of profile.apiHosts.map((text) => parseHostPattern(text))) {
      const isOther =
        own.has(formatHostPattern(host)) || (host.kind === 'exact' && hasMatch(registries, host.host));
      if (!isOther && host.kind === 'exact' && pattern.kind === 'exact' && !apiHosts.has(host.host)) {
        apiHosts.set(host.host, pattern.host);
      }
    }
  }
  for (const { profile } of parsed) {
    for (const text of profile.apiHosts) addFacts(registries, parseHostPattern(text), profile);
  }
  return apiHosts;
}

function compileCompanions(
  parsed: readonly ParsedProfile[],
  permitting: readonly Rule[],
): HostIndex<Companion> {
  const index = createHostIndex<Companion>();
  for (const { profile, pattern } of parsed) {
    const hosts = [...profile.tokenHosts, ...profile.blobHosts];
    const registries = hosts.length === 0 ? [] : membersOf(pattern, permitting);
    for (const text of hosts) {
      const companion = slotOf(index, parseHostPattern(text), () => ({
        registries: new Set<RegistryHost>(),
        name: profile.registry,
      }));
      for (const registry of registries) companion.registries.add(registry);
    }
  }
  return index;
}

/** Hosts that stand for all registries of a profile's pattern: one of each rule that overlaps it. */
function membersOf(pattern: HostPattern, permitting: readonly Rule[]): RegistryHost[] {
  if (pattern.kind === 'exact') return [pattern.host];
  const rules = permitting.map((rule) => exampleOf(rule.pattern)).filter((host) => matchHost(pattern, host));
  return [...rules, exampleOf(pattern)];
}

/** A host that the pattern matches. */
export function exampleOf(pattern: HostPattern): RegistryHost {
  if (pattern.kind === 'exact') return pattern.host;
  const suffix = pattern.kind === 'any' ? 'invalid' : pattern.suffix;
  const port = pattern.kind === 'any' || pattern.port === undefined ? '' : `:${pattern.port}`;
  return `any.${suffix}${port}` as RegistryHost;
}

function toIndex(patterns: readonly string[]): HostIndex<true> {
  const index = createHostIndex<true>();
  for (const text of patterns) slotOf(index, parseHostPattern(text), () => true);
  return index;
}
