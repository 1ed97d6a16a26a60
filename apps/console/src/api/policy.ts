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

/** The attempts whose outcome the draft, or enforcing, would turn. Judging takes a while, so it is asked when it is shown. */
export const impactQuery = (
  organization: string,
  of: 'draft' | 'enforce',
  hours: number,
  /** What the answer depends on: version of the draft, or revision. */
  version: number,
) =>
  queryOptions({
    queryKey: ['policy', organization, 'impact', of, hours, version],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/api/v1/organizations/{organization}/policy/impact', {
          params: { path: { organization }, query: { of, hours } },
          signal,
        }),
      ),
    staleTime: 30_000,
  });

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
