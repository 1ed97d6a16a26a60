/** API tokens: listed, made, revoked. */

import { useChange } from './change.ts';
import { answerOf, api, type Schemas } from './client.ts';
import { useListing } from './listing.ts';
import { useOrganization } from './session.ts';

export type ApiToken = Schemas['ApiToken'];

export function useTokens() {
  const { slug } = useOrganization();
  return useListing<ApiToken>(['tokens', slug], (cursor, signal) =>
    answerOf(
      api.GET('/api/v1/organizations/{organization}/tokens', {
        params: { path: { organization: slug }, query: cursor === undefined ? {} : { cursor } },
        signal,
      }),
    ),
  );
}

export function useCreateToken() {
  const { slug } = useOrganization();
  return useChange([['tokens', slug]], (body: Schemas['CreateApiToken']) =>
    answerOf(
      api.POST('/api/v1/organizations/{organization}/tokens', {
        params: { path: { organization: slug } },
        body,
      }),
    ),
  );
}

export function useRevokeToken() {
  const { slug } = useOrganization();
  return useChange([['tokens', slug]], (id: string) =>
    answerOf(
      api.DELETE('/api/v1/organizations/{organization}/tokens/{id}', {
        params: { path: { organization: slug, id } },
      }),
    ),
  );
}
