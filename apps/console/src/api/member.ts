/** What the API says of one member. */

import { queryOptions } from '@tanstack/react-query';
import { answerOf, api } from './client.ts';

export const memberQuery = (organization: string, id: string) =>
  queryOptions({
    queryKey: ['members', organization, 'one', id],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/api/v1/organizations/{organization}/members/{id}', {
          params: { path: { organization, id } },
          signal,
        }),
      ),
    // Names hardly change, and a list shows many.
    staleTime: 300_000,
  });
