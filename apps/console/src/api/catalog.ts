/** The catalog of registry profiles that the organization's policy is published with. */

import { createCatalogIndex } from '@pullgate/catalog';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { answerOf, api } from './client.ts';
import { useOrganization } from './session.ts';

export const catalogQuery = (organization: string) =>
  queryOptions({
    queryKey: ['catalog', organization],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/api/v1/organizations/{organization}/catalog/document', {
          params: { path: { organization } },
          signal,
        }),
      ),
    staleTime: 60_000,
  });

/** To look registries up in; undefined until it has come. */
export function useCatalogIndex() {
  const { slug } = useOrganization();
  const { data } = useQuery(catalogQuery(slug));
  return useMemo(() => (data === undefined ? undefined : createCatalogIndex(data.profiles)), [data]);
}
