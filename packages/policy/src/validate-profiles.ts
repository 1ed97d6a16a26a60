/**
 * Validates what an organization knows of its registries. Whoever adds a host in good faith, because a registry named it, must
 * not open another registry by it, nor storage that anybody can rent.
 */

import { quote } from '@pullgate/errors';
import {
  type HostPattern,
  hasOverlap,
  InvalidReferenceError,
  matchHost,
  parseHostPattern,
  parseRegistryHost,
  type RegistryHost,
} from '@pullgate/reference';
import { type Check, compact, optional, readFields, readList, readParsed } from './check.ts';
import { isBroadHost } from './join-profiles.ts';
import type { OwnProfile, RegistryEntry, RegistryProfile } from './types.ts';
import { readRequired } from './validate-entry.ts';

const LISTS = ['tokenHosts', 'blobHosts', 'broadBlobHosts'] as const;

export interface ProfileContext {
  /** The document's own allowlist. */
  readonly entries: readonly RegistryEntry[];
  readonly catalog: readonly RegistryProfile[];
}

/** What the hosts that open with a registry are held against. */
interface Known {
  /** Entries and the catalog's profiles, each with the hosts that are its registry's. */
  readonly registries: readonly { readonly name: string; readonly hosts: readonly HostPattern[] }[];
  readonly broad: readonly HostPattern[];
  /** Registries of the profiles read so far. */
  readonly described: Set<RegistryHost>;
}

/** Profiles of one document, each registry once. */
export function readProfiles(value: unknown, context: ProfileContext, check: Check): OwnProfile[] {
  const known = toKnown(context);
  return readList(value, check, (item, at) => readProfile(item, known, at));
}

function toKnown({ entries, catalog }: ProfileContext): Known {
  const ofEntries = entries.map(({ id, registry, insecure }) => ({
    name: `rule ${id}`,
    hosts: [parseHostPattern(registry, { insecure: insecure === true })],
  }));
  const ofCatalog = catalog.map(({ registry, apiHosts }) => ({
    name: `registry ${registry}`,
    hosts: [registry, ...apiHosts].map((text) => parseHostPattern(text)),
  }));
  const broad = catalog.flatMap(({ broadBlobHosts }) => broadBlobHosts.map((text) => parseHostPattern(text)));
  return { registries: [...ofEntries, ...ofCatalog], broad, described: new Set() };
}

function readProfile(value: unknown, known: Known, check: Check): OwnProfile | undefined {
  const fields = readFields(value, ['registry', ...LISTS], check);
  const registry = readRequired(fields, 'registry', check, (item, at) => readRegistry(item, known, at));
  const hosts = (key: string, parse: (text: string) => HostPattern, opens: boolean) =>
    optional(fields[key], (list) =>
      readList(list, check.at(key), (item, at) => {
        const host = readParsed(item, 'BAD_HOST', parse, at);
        if (host !== undefined && opens && registry !== undefined) reportOpened(host, registry, known, at);
        return host;
      }),
    );
  const lists = compact({
    tokenHosts: hosts('tokenHosts', parseExact, true),
    blobHosts: hosts('blobHosts', parseBlobHost, true),
    broadBlobHosts: hosts('broadBlobHosts', parseBlobHost, false),
  });
  if (LISTS.every((key) => isEmpty(fields[key]))) {
    check.report('EMPTY_LIST', 'expected hosts: tokenHosts, blobHosts or broadBlobHosts');
  }
  return registry === undefined ? undefined : { registry, ...lists };
}

function isEmpty(list: unknown): boolean {
  return list === undefined || (Array.isArray(list) && list.length === 0);
}

function readRegistry(value: unknown, { described }: Known, check: Check): string | undefined {
  const text = readParsed(value, 'BAD_HOST', (item) => parseRegistryHost(item), check);
  if (text === undefined) return undefined;
  const registry = parseRegistryHost(text);
  if (described.has(registry)) {
    check.report('DUPLICATE_ID', `${quote(text)} has a profile already: list the hosts there`);
  }
  described.add(registry);
  return text;
}

function parseExact(text: string): HostPattern {
  return { kind: 'exact', host: parseRegistryHost(text) };
}

/** A wildcard over a whole top-level domain would be most of the network. */
function parseBlobHost(text: string): HostPattern {
  const pattern = parseHostPattern(text);
  if (pattern.kind !== 'any' && (pattern.kind === 'exact' || pattern.suffix.includes('.'))) return pattern;
  throw new InvalidReferenceError(
    'HOST_PATTERN_INVALID',
    `expected a host, or a wildcard below two labels or more, got ${quote(text)}`,
  );
}

/** Whether a profile of the document may list this host for a registry as one that opens with it. */
export function createProfileJudge(context: ProfileContext): (registry: string, host: string) => boolean {
  const known = toKnown(context);
  return (registry, host) =>
    findOther(host, registry, known) === undefined && !isBroadHost(host, known.broad);
}

function findOther(host: string, registry: string, { registries }: Known): { name: string } | undefined {
  const own = parseRegistryHost(registry);
  const pattern = parseHostPattern(host);
  return registries.find(({ hosts }) => hosts.some((one) => isOther(one, pattern, own)));
}

function reportOpened(host: string, registry: string, known: Known, check: Check): void {
  const other = findOther(host, registry, known);
  if (other !== undefined) {
    check.report('OPENS_REGISTRY', `${quote(host)} is a registry (${other.name}): ${BROAD_HINT}`);
  } else if (isBroadHost(host, known.broad)) {
    check.report('OPENS_BROAD_HOST', `${quote(host)} serves much else: ${BROAD_HINT}`);
  }
}

const BROAD_HINT = 'list it under broadBlobHosts, which opens nothing by itself';

/** A bare `**`, which stands for whatever there is, says nothing of a host. */
function isOther(registry: HostPattern, host: HostPattern, own: RegistryHost): boolean {
  if (registry.kind === 'any' || !hasOverlap(registry, host)) return false;
  return host.kind !== 'exact' || host.host !== own || !matchHost(registry, own);
}
