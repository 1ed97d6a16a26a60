/** What the API says of the policy in force. */

import { queryOptions } from '@tanstack/react-query';
import { answerOf, api } from './client.ts';

export const publishedPolicyQuery = (organization: string) =>
  queryOptions({
    queryKey: ['policy', organization, 'published'],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/api/v1/organizations/{organization}/policy', {
          params: { path: { organization } },
          signal,
        }),
      ),
    refetchInterval: 30_000,
  });
