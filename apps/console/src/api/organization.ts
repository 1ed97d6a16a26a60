/** The organization itself and its settings. */

import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { useChange } from './change.ts';
import { answerOf, api, type Schemas } from './client.ts';
import { sessionQuery, useOrganization } from './session.ts';

export type Organization = Schemas['Organization'];

export const organizationQuery = (organization: string) =>
  queryOptions({
    queryKey: ['organization', organization],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/api/v1/organizations/{organization}', { params: { path: { organization } }, signal }),
      ),
    staleTime: 30_000,
  });

export function useUpdateOrganization(onDone?: () => void) {
  const { slug } = useOrganization();
  const change = (body: Schemas['UpdateOrganization']) =>
    answerOf(
      api.PATCH('/api/v1/organizations/{organization}', { params: { path: { organization: slug } }, body }),
    );
  return useChange([['organization', slug], sessionQuery.queryKey], change, onDone);
}

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
