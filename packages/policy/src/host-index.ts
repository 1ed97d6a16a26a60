/** Finds the values whose host pattern matches a registry, without scanning. Knows patterns only, not what they carry. */

import type { HostPattern, RegistryHost } from '@pullgate/reference';

interface Wildcards<T> {
  one: T | undefined;
  many: T | undefined;
}

/**
 * One value per pattern: exact hosts in a map, wildcards in a map by suffix (with its port, as hosts are written), so a
 * look-up costs one probe per label of the host.
 */
export interface HostIndex<T> {
  readonly exact: Map<string, T>;
  readonly wildcards: Map<string, Wildcards<T>>;
  /** By length of a suffix, whether there is one: most parts of a host need not be cut out and looked up. */
  readonly lengths: boolean[];
  any: T | undefined;
}

export function createHostIndex<T>(): HostIndex<T> {
  return { exact: new Map(), wildcards: new Map(), lengths: [], any: undefined };
}

/** The value of this very pattern, made by `create` when there is none yet. */
export function slotOf<T>(index: HostIndex<T>, pattern: HostPattern, create: () => T): T {
  if (pattern.kind === 'any') {
    index.any ??= create();
    return index.any;
  }
  if (pattern.kind === 'exact') return getOrCreate(index.exact, pattern.host, create);
  const suffix = pattern.port === undefined ? pattern.suffix : `${pattern.suffix}:${pattern.port}`;
  index.lengths[suffix.length] = true;
  const wildcards = getOrCreate(
    index.wildcards,
    suffix,
    () => ({ one: undefined, many: undefined }) as Wildcards<T>,
  );
  wildcards[pattern.kind] ??= create();
  return wildcards[pattern.kind] ?? create();
}

export function getOrCreate<K, V>(map: Map<K, V>, key: K, create: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const created = create();
  map.set(key, created);
  return created;
}

/**
 * Visits the values that match, from the most to the least specific: exact, one label, longest suffix, any. Stops at the
 * first for which `visit` returns something, and returns that.
 */
export function firstMatch<T, A, R>(
  index: HostIndex<T>,
  host: RegistryHost,
  visit: (value: T, argument: A) => R | undefined,
  argument: A,
): R | undefined {
  const exact = index.exact.get(host);
  const found = exact === undefined ? undefined : visit(exact, argument);
  if (found !== undefined) return found;
  if (index.wildcards.size > 0) {
    const wild = firstWildcard(index, host, visit, argument);
    if (wild !== undefined) return wild;
  }
  return index.any === undefined ? undefined : visit(index.any, argument);
}

/** Addresses need no exception: a suffix is never numeric, so nothing below one is an address. */
function firstWildcard<T, A, R>(
  { wildcards, lengths }: HostIndex<T>,
  host: RegistryHost,
  visit: (value: T, argument: A) => R | undefined,
  argument: A,
): R | undefined {
  const firstDot = host.indexOf('.');
  for (let dot = firstDot; dot !== -1; dot = host.indexOf('.', dot + 1)) {
    if (lengths[host.length - dot - 1] !== true) continue;
    const matched = wildcards.get(host.slice(dot + 1));
    if (matched === undefined) continue;
    const one = dot === firstDot && matched.one !== undefined ? visit(matched.one, argument) : undefined;
    if (one !== undefined) return one;
    const many = matched.many === undefined ? undefined : visit(matched.many, argument);
    if (many !== undefined) return many;
  }
  return undefined;
}

export function hasMatch<T>(index: HostIndex<T>, host: RegistryHost): boolean {
  return firstMatch(index, host, isThere, undefined) === true;
}

function isThere(): true {
  return true;
}
