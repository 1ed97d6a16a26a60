/** What the API says of an organization's own settings. */

import { queryOptions } from '@tanstack/react-query';
import { answerOf, api } from './client.ts';

export const organizationQuery = (organization: string) =>
  queryOptions({
    queryKey: ['organization', organization],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/api/v1/organizations/{organization}', { params: { path: { organization } }, signal }),
      ),
    staleTime: 30_000,
  });
