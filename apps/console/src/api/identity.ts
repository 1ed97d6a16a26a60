/** Where people come from: claimed domains, single sign-on, the directory (SCIM). What is not set up is `null`. */

import { queryOptions } from '@tanstack/react-query';
import { useChange } from './change.ts';
import { answerOf, api, type Schemas } from './client.ts';
import { ApiProblem } from './problem.ts';
import { useOrganization } from './session.ts';

export type Domain = Schemas['ClaimedDomain'];
export type SsoConnection = Schemas['SsoConnection'];
export type SsoWish = Schemas['SetSsoConnection'];
export type SsoTest = Schemas['SsoTest'];
export type ScimConnection = Schemas['ScimConnection'];
export type GroupMapping = SsoConnection['mappings'][number];

const orNull = async <T>(answer: Promise<T>): Promise<T | null> =>
  answer.catch((error: unknown) => {
    if (error instanceof ApiProblem && error.isMissing) return null;
    throw error;
  });

export const domainsQuery = (organization: string) =>
  queryOptions({
    queryKey: ['domains', organization],
    queryFn: async ({ signal }) => {
      const params = { path: { organization } };
      return (await answerOf(api.GET('/api/v1/organizations/{organization}/domains', { params, signal })))
        .items;
    },
  });

export const ssoQuery = (organization: string) =>
  queryOptions({
    queryKey: ['sso', organization],
    queryFn: ({ signal }) => {
      const params = { path: { organization } };
      return orNull(answerOf(api.GET('/api/v1/organizations/{organization}/sso', { params, signal })));
    },
  });

export const scimQuery = (organization: string) =>
  queryOptions({
    queryKey: ['scim', organization],
    queryFn: ({ signal }) => {
      const params = { path: { organization } };
      return orNull(answerOf(api.GET('/api/v1/organizations/{organization}/scim', { params, signal })));
    },
  });

export function useDomainChanges() {
  const { slug: organization } = useOrganization();
  const touched = [['domains', organization]];
  const path = '/api/v1/organizations/{organization}/domains/{id}';
  return {
    claim: useChange(touched, (domain: string) =>
      answerOf(
        api.POST('/api/v1/organizations/{organization}/domains', {
          params: { path: { organization } },
          body: { domain },
        }),
      ),
    ),
    verify: useChange(touched, (id: string) =>
      answerOf(api.POST(`${path}/verify`, { params: { path: { organization, id } } })),
    ),
    release: useChange(touched, (id: string) =>
      answerOf(api.DELETE(path, { params: { path: { organization, id } } })),
    ),
  };
}

export function useSsoChanges(onSaved?: () => void) {
  const { slug } = useOrganization();
  const touched = [
    ['sso', slug],
    ['organization', slug],
  ];
  const params = { path: { organization: slug } };
  const path = '/api/v1/organizations/{organization}/sso';
  return {
    save: useChange(touched, (body: SsoWish) => answerOf(api.PUT(path, { params, body })), onSaved),
    test: useChange([], () => answerOf(api.POST(`${path}/test`, { params }))),
    remove: useChange(touched, () => answerOf(api.DELETE(path, { params }))),
  };
}

export function useScimChanges(onSaved?: () => void) {
  const { slug: organization } = useOrganization();
  const touched = [
    ['scim', organization],
    ['members', organization],
  ];
  const params = { path: { organization } };
  const path = '/api/v1/organizations/{organization}/scim';
  return {
    save: useChange(
      touched,
      (mappings: readonly GroupMapping[] | undefined) =>
        answerOf(api.PUT(path, { params, body: mappings === undefined ? {} : { mappings: [...mappings] } })),
      onSaved,
    ),
    remove: useChange(touched, () => answerOf(api.DELETE(path, { params }))),
    createCredential: useChange(touched, () => answerOf(api.POST(`${path}/credentials`, { params }))),
    revokeCredential: useChange(touched, (id: string) =>
      answerOf(api.DELETE(`${path}/credentials/{id}`, { params: { path: { organization, id } } })),
    ),
  };
}
