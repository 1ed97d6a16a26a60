/** What the API says of Activity: the listing, one entry, and whether the chain holds. */

import { queryOptions } from '@tanstack/react-query';
import { answerOf, api, type Schemas } from './client.ts';
import { useListing } from './listing.ts';
import type { paths } from './schema.ts';

export type ActivityEntry = Schemas['ActivityEntry'];
export type Verification = Schemas['ActivityVerification'];
type Query = NonNullable<
  paths['/api/v1/organizations/{organization}/activity']['get']['parameters']['query']
>;
/** What a listing and an export may be narrowed by. */
export type ActivityFilter = Omit<Query, 'cursor' | 'limit'>;

export function useActivity(organization: string, filter: ActivityFilter) {
  return useListing<ActivityEntry>(['activity', organization, 'list', filter], (cursor, signal) =>
    answerOf(
      api.GET('/api/v1/organizations/{organization}/activity', {
        params: { path: { organization }, query: { ...filter, ...(cursor === undefined ? {} : { cursor }) } },
        signal,
      }),
    ),
  );
}

export const activityEntryQuery = (organization: string, id: string) =>
  queryOptions({
    queryKey: ['activity', organization, 'one', id],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/api/v1/organizations/{organization}/activity/{id}', {
          params: { path: { organization, id } },
          signal,
        }),
      ),
    // Entries never change.
    staleTime: Number.POSITIVE_INFINITY,
  });

/** Recomputes the whole chain on the server. */
export async function verifyActivity(organization: string): Promise<Verification> {
  return await answerOf(
    api.GET('/api/v1/organizations/{organization}/activity/verification', {
      params: { path: { organization } },
    }),
  );
}
