/** Hosts that registries were seen to use and that nobody knew: what waits, and the owner's decisions on it. */

import { queryOptions } from '@tanstack/react-query';
import { answerOf, api, type Schemas } from './client.ts';
import { usePolicyChange } from './draft.ts';

export type RegistryHost = Schemas['RegistryHostItem'];

/** More are looked through with the command, which takes them a registry at a time. */
const MOST_SHOWN = 50;

/** What waits for a decision, by registry and host. */
export const waitingHostsQuery = (organization: string) =>
  queryOptions({
    queryKey: ['registries', organization, 'hosts', 'waiting'],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/api/v1/organizations/{organization}/registry-hosts', {
          params: { path: { organization }, query: { state: 'waiting', limit: MOST_SHOWN } },
          signal,
        }),
      ),
    refetchInterval: 30_000,
  });

export type ProfileList = RegistryHost['list'];

export const useAcceptHost = () =>
  usePolicyChange((organization, { id, list }: { readonly id: string; readonly list: ProfileList }) =>
    answerOf(
      api.POST('/api/v1/organizations/{organization}/registry-hosts/{id}/accept', {
        params: { path: { organization, id } },
        body: { list },
      }),
    ),
  );

export const useDismissHost = () =>
  usePolicyChange((organization, id: string) =>
    answerOf(
      api.POST('/api/v1/organizations/{organization}/registry-hosts/{id}/dismiss', {
        params: { path: { organization, id } },
      }),
    ),
  );
