/** What the API says of an organization's own settings. */

import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { answerOf, api } from './client.ts';
import { sessionQuery } from './session.ts';

export const organizationQuery = (organization: string) =>
  queryOptions({
    queryKey: ['organization', organization],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/api/v1/organizations/{organization}', { params: { path: { organization } }, signal }),
      ),
    staleTime: 30_000,
  });

export function useRenameOrganization(organization: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (name: string) =>
      answerOf(
        api.PATCH('/api/v1/organizations/{organization}', {
          params: { path: { organization } },
          body: { name },
        }),
      ),
    onSuccess: async () => {
      await Promise.all(
        [['organization', organization], sessionQuery.queryKey].map((queryKey) =>
          queries.invalidateQueries({ queryKey }),
        ),
      );
    },
  });
}
