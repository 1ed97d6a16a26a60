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

/** The attempts whose outcome a change would turn. Judging takes a while, so it is asked when it is shown. */
export const impactQuery = (
  organization: string,
  /** The draft, enforcing what is published, or an older revision put in force again. */
  of: 'draft' | 'enforce' | { readonly revision: number },
  hours: number,
  /** What the answer depends on: version of the draft, or revision. */
  version: number,
) =>
  queryOptions({
    queryKey: ['policy', organization, 'impact', of, hours, version],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/api/v1/organizations/{organization}/policy/impact', {
          params: { path: { organization }, query: { ...toQuery(of), hours } },
          signal,
        }),
      ),
    staleTime: 30_000,
  });

const toQuery = (of: 'draft' | 'enforce' | { readonly revision: number }) =>
  typeof of === 'string' ? { of } : { of: 'revision' as const, revision: of.revision };

export const revisionQuery = (organization: string, revision: number) =>
  queryOptions({
    queryKey: ['policy', organization, 'revision', revision],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/api/v1/organizations/{organization}/policy/revisions/{revision}', {
          params: { path: { organization, revision } },
          signal,
        }),
      ),
  });
