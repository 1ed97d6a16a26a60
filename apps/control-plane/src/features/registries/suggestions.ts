/** Registries to choose from: those of the catalog, and those that machines were denied. Pure. */

import { type Catalog, type CatalogIndex, createCatalogIndex } from '@pullgate/catalog';
import type { PolicyDocument } from '@pullgate/policy';
import type { CatalogList, RegistrySuggestion } from '@pullgate/protocol';
import { type HostPattern, matchHost, parseHostPattern, parseRegistryHost } from '@pullgate/reference';

/** Those whose name, host or companions hold the text; whose name or host begins with it come first. */
export function searchCatalog(catalog: Catalog, search: string | undefined): CatalogList {
  const { version } = catalog;
  const profiles = toItems(catalog);
  if (search === undefined) return { version, items: profiles };
  const text = search.toLowerCase();
  const found = profiles
    .map((profile) => ({ profile, rank: rankOf(profile, text) }))
    .filter(({ rank }) => rank < MISSED)
    .toSorted((a, b) => a.rank - b.rank);
  return { version, items: found.map(({ profile }) => profile) };
}

function toItems({ profiles }: Catalog): CatalogList['items'] {
  const index = createCatalogIndex(profiles);
  return profiles.map(({ registry, name }) => ({
    registry,
    name,
    kind: registry.includes('*') ? ('pattern' as const) : ('host' as const),
    companions: [...index.companionsOf(registry)],
  }));
}

const MISSED = 3;

function rankOf({ name, registry, companions }: CatalogList['items'][number], text: string): number {
  const names = [name.toLowerCase(), registry];
  if (names.some((one) => one.startsWith(text))) return 0;
  if (names.some((one) => one.includes(text))) return 1;
  return companions.some((host) => host.includes(text)) ? 2 : MISSED;
}

export interface DeniedRegistry {
  readonly registry: string;
  readonly denied: number;
  readonly observed: number;
  readonly last_hour: number;
}

/** Those that no entry names, not even a blocked one: whoever blocked it knows it. */
export function suggest(
  denied: readonly DeniedRegistry[],
  { registries, deny }: Pick<PolicyDocument, 'registries' | 'deny'>,
  index: CatalogIndex,
  limit: number,
): RegistrySuggestion[] {
  const isListed = createHostSet([...registries, ...deny].map(({ registry }) => registry));
  const items: RegistrySuggestion[] = [];
  for (const row of denied) {
    if (items.length === limit) break;
    const item = isListed(row.registry) ? undefined : toSuggestion(row, index);
    if (item !== undefined) items.push(item);
  }
  return items;
}

/** Undefined for what a machine reported that is no registry. */
function toSuggestion(
  { registry, denied, observed, last_hour }: DeniedRegistry,
  { profileFor, companionsOf }: CatalogIndex,
): RegistrySuggestion | undefined {
  try {
    const profile = profileFor(parseRegistryHost(registry));
    const companions = [...companionsOf(registry)];
    const name = profile === undefined ? {} : { name: profile.name };
    return { registry, ...name, companions, denied, observed, lastHour: last_hour };
  } catch {
    return undefined;
  }
}

/** Two thousand exact hosts are looked up, only wildcards are tried one by one. */
function createHostSet(texts: readonly string[]): (host: string) => boolean {
  const exact = new Set<string>();
  const wildcards: HostPattern[] = [];
  for (const text of texts) {
    const pattern = parseHostPattern(text);
    if (pattern.kind === 'exact') exact.add(pattern.host);
    else if (pattern.kind !== 'any') wildcards.push(pattern);
  }
  return (text) => {
    if (exact.has(text)) return true;
    try {
      const host = parseRegistryHost(text);
      return exact.has(host) || wildcards.some((pattern) => matchHost(pattern, host));
    } catch {
      return false;
    }
  };
}
