/** Tokens by which machines enrol: listed, made, revoked. */

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { answerOf, api, type Schemas } from './client.ts';
import { useListing } from './listing.ts';

export type EnrollmentToken = Schemas['EnrollmentToken'];
type Wish = Schemas['CreateEnrollmentToken'];

const keyOf = (organization: string) => ['enrollment-tokens', organization] as const;

export function useEnrollmentTokens(organization: string) {
  return useListing<EnrollmentToken>(keyOf(organization), (cursor, signal) =>
    answerOf(
      api.GET('/api/v1/organizations/{organization}/enrollment-tokens', {
        params: { path: { organization }, query: cursor === undefined ? {} : { cursor } },
        signal,
      }),
    ),
  );
}

/** The answer is the only one that carries the token itself. */
export function useCreateEnrollmentToken(organization: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Wish) =>
      answerOf(
        api.POST('/api/v1/organizations/{organization}/enrollment-tokens', {
          params: { path: { organization } },
          body,
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: keyOf(organization) }),
  });
}

export function useRevokeEnrollmentToken(organization: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      answerOf(
        api.DELETE('/api/v1/organizations/{organization}/enrollment-tokens/{id}', {
          params: { path: { organization, id } },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: keyOf(organization) }),
  });
}
