/** What the API says of decisions: the listing, one of them, and the stream of new ones. */

import { queryOptions } from '@tanstack/react-query';
import { answerOf, api, type Schemas } from './client.ts';
import { useListing } from './listing.ts';
import type { paths } from './schema.ts';

export type Decision = Schemas['DecisionItem'];
export type DecisionDetail = Schemas['DecisionDetail'];
type Query = NonNullable<
  paths['/api/v1/organizations/{organization}/decisions']['get']['parameters']['query']
>;
/** What a listing, a stream and an export may be narrowed by alike. */
export type StreamFilter = Omit<Query, 'cursor' | 'limit' | 'attempts' | 'since' | 'until'>;
/** `hours`: how far back a listing goes; the stream knows no past. */
export type DecisionFilter = StreamFilter & { readonly hours?: number };

const HOUR_MS = 3_600_000;

export const decisionsKey = (organization: string, filter: DecisionFilter) =>
  ['decisions', organization, 'list', filter] as const;

/** Attempts, newest first. */
export function useDecisions(organization: string, filter: DecisionFilter) {
  return useListing<Decision>(decisionsKey(organization, filter), (cursor, signal) =>
    answerOf(
      api.GET('/api/v1/organizations/{organization}/decisions', {
        params: {
          path: { organization },
          query: { ...toQuery(filter), attempts: true, ...(cursor === undefined ? {} : { cursor }) },
        },
        signal,
      }),
    ),
  );
}

/** The filter in the words of the API; the window ends now. */
export function toQuery({ hours, ...filter }: DecisionFilter): Omit<Query, 'cursor' | 'limit' | 'attempts'> {
  return { ...filter, ...(hours === undefined ? {} : { since: Date.now() - hours * HOUR_MS }) };
}

export const decisionQuery = (organization: string, id: string) =>
  queryOptions({
    queryKey: ['decisions', organization, 'one', id],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/api/v1/organizations/{organization}/decisions/{id}', {
          params: { path: { organization, id } },
          signal,
        }),
      ),
    // A record never changes; what explains it hardly does.
    staleTime: 60_000,
  });
