/** One machine: what it reports, who is signed in there, and what can be done about it. */

import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { answerOf, api } from './client.ts';
import { REFETCH_MS } from './machines.ts';

/** More sessions than people sign in with on one machine. */
const SESSIONS_SHOWN = 100;

export const machineQuery = (organization: string, id: string) =>
  queryOptions({
    queryKey: ['machines', organization, 'one', id],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/api/v1/organizations/{organization}/machines/{id}', {
          params: { path: { organization, id } },
          signal,
        }),
      ),
    refetchInterval: REFETCH_MS,
  });

export const machineSessionsQuery = (organization: string, machine: string) =>
  queryOptions({
    queryKey: ['machine-sessions', organization, machine],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/api/v1/organizations/{organization}/machine-sessions', {
          params: { path: { organization }, query: { machine, limit: SESSIONS_SHOWN } },
          signal,
        }),
      ),
    refetchInterval: REFETCH_MS,
  });

export function useRevokeMachine(organization: string, id: string) {
  return useChange(() =>
    answerOf(
      api.DELETE('/api/v1/organizations/{organization}/machines/{id}', {
        params: { path: { organization, id } },
      }),
    ),
  );
}

/** Takes the id of a person, or nobody. */
export function useSetHolder(organization: string, id: string) {
  return useChange((person: string | null) =>
    answerOf(
      api.PUT('/api/v1/organizations/{organization}/machines/{id}/holder', {
        params: { path: { organization, id } },
        body: { person },
      }),
    ),
  );
}

export function useEndMachineSession(organization: string) {
  return useChange((id: string) =>
    answerOf(
      api.DELETE('/api/v1/organizations/{organization}/machine-sessions/{id}', {
        params: { path: { organization, id } },
      }),
    ),
  );
}

function useChange<T = void>(mutationFn: (wish: T) => Promise<unknown>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn,
    onSuccess: async () => {
      await Promise.all(
        ['machines', 'machine-sessions'].map((kind) => queries.invalidateQueries({ queryKey: [kind] })),
      );
    },
  });
}
