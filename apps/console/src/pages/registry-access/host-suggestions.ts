/** Registries to choose from while one types: what machines tried, then what the catalog knows. */

import { useQuery } from '@tanstack/react-query';
import { registryAccessTexts } from '#texts/registry-access.ts';
import { catalogQuery } from '../../api/catalog.ts';
import { suggestionsQuery } from '../../api/registries.ts';
import { useOrganization } from '../../api/session.ts';

export interface Suggestion {
  readonly registry: string;
  readonly note: string;
}

const words = registryAccessTexts.form;

/** More would be read by nobody; typing narrows. */
const MOST_SHOWN = 30;

export function useHostSuggestions(typed: string) {
  const { slug } = useOrganization();
  const { data } = useQuery(suggestionsQuery(slug));
  const { data: catalog } = useQuery(catalogQuery(slug));
  const tried = (data?.items ?? []).map(({ registry, name, denied, observed }) => ({
    registry,
    note: [name, words.triedBy(denied + observed)].filter((part) => part !== undefined).join(', '),
  }));
  const seen = new Set(tried.map(({ registry }) => registry));
  const known = (catalog?.profiles ?? [])
    .filter(({ registry }) => !seen.has(registry))
    .map(({ registry, name }) => ({ registry, note: name }));
  const text = typed.trim().toLowerCase();
  const matching = (list: readonly Suggestion[]) =>
    list
      .filter(({ registry, note }) => `${registry} ${note}`.toLowerCase().includes(text))
      .slice(0, MOST_SHOWN);
  const groups = [
    { group: words.tried, suggestions: matching(tried) },
    { group: words.known, suggestions: matching(known) },
  ].filter(({ suggestions }) => suggestions.length > 0);
  const notes = new Map(
    groups.flatMap(({ suggestions }) => suggestions.map(({ registry, note }) => [registry, note] as const)),
  );
  return {
    data: groups.map(({ group, suggestions }) => ({
      group,
      items: suggestions.map(({ registry }) => registry),
    })),
    noteOf: (registry: string) => notes.get(registry),
  };
}
