/** What the API says of machines. */

import { queryOptions } from '@tanstack/react-query';
import { answerOf, api, type Schemas } from './client.ts';
import { useListing } from './listing.ts';
import type { paths } from './schema.ts';

export type Machine = Schemas['Machine'];
type Query = NonNullable<
  paths['/api/v1/organizations/{organization}/machines']['get']['parameters']['query']
>;
/** What a listing of machines may be narrowed by. */
export type MachineFilter = Omit<Query, 'cursor' | 'limit'>;

/** Machines report every 15 seconds; what changes in between comes at the next look. */
export const REFETCH_MS = 10_000;

export const machineSummaryQuery = (organization: string) =>
  queryOptions({
    queryKey: ['machines', organization, 'summary'],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/api/v1/organizations/{organization}/machines/summary', {
          params: { path: { organization } },
          signal,
        }),
      ),
    refetchInterval: REFETCH_MS,
  });

export function useMachines(organization: string, filter: MachineFilter = {}) {
  return useListing<Machine>(
    ['machines', organization, 'list', filter],
    (cursor, signal) =>
      answerOf(
        api.GET('/api/v1/organizations/{organization}/machines', {
          params: {
            path: { organization },
            query: { ...filter, ...(cursor === undefined ? {} : { cursor }) },
          },
          signal,
        }),
      ),
    REFETCH_MS,
  );
}
