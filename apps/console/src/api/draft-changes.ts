/** Changes of the draft that begin on another page than the draft's own. */

import { queryOptions } from '@tanstack/react-query';
import { answerOf, api, replyOf, type Schemas } from './client.ts';

/** More entries for one host than anybody writes. */
const MOST_ENTRIES = 100;

/** The draft's entries for one host. */
export const registriesOfHostQuery = (organization: string, registry: string) =>
  queryOptions({
    queryKey: ['registries', organization, 'of-host', registry],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/api/v1/organizations/{organization}/registries', {
          params: { path: { organization }, query: { registry, limit: MOST_ENTRIES } },
          signal,
        }),
      ),
  });

export async function addRegistry(organization: string, body: Schemas['AddRegistry']): Promise<void> {
  await answerOf(
    api.POST('/api/v1/organizations/{organization}/registries', { params: { path: { organization } }, body }),
  );
}

export async function editRegistry(
  organization: string,
  id: string,
  body: Schemas['EditRegistry'],
): Promise<void> {
  await answerOf(
    api.PATCH('/api/v1/organizations/{organization}/registries/{id}', {
      params: { path: { organization, id } },
      body,
    }),
  );
}

/** Reads the draft and writes it back with a change, unless somebody was quicker (409 DRAFT_CONFLICT). */
export async function addDenial(organization: string, change: (document: object) => object): Promise<void> {
  const path = { organization };
  const { data, etag } = await replyOf(
    api.GET('/api/v1/organizations/{organization}/policy/draft', { params: { path } }),
  );
  await answerOf(
    api.PUT('/api/v1/organizations/{organization}/policy/draft', {
      params: { path },
      body: { document: change(data.document as object) },
      headers: { 'if-match': etag ?? '' },
    }),
  );
}
