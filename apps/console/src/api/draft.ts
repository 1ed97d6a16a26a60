/** The draft of the policy: read, replaced, published, thrown away, brought up to date. */

import { type QueryClient, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { answerOf, api, type Schemas } from './client.ts';
import { useOrganization } from './session.ts';

export type Draft = Schemas['PolicyDraft'];
export type Change = Schemas['Change'];

/** Somebody else may work on it at the same time. */
const REREAD_MS = 10_000;

export const draftQuery = (organization: string) =>
  queryOptions({
    queryKey: ['policy', organization, 'draft'],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/api/v1/organizations/{organization}/policy/draft', {
          params: { path: { organization } },
          signal,
        }),
      ),
    refetchInterval: REREAD_MS,
  });

export const draftTag = (version: number) => ({ 'If-Match': `"d${version}"` });

/** Whatever shows the policy or the registries of an organization is read anew. */
export async function rereadPolicy(queries: QueryClient, organization: string): Promise<void> {
  await Promise.all([
    queries.invalidateQueries({ queryKey: ['policy', organization] }),
    queries.invalidateQueries({ queryKey: ['registries', organization] }),
    queries.invalidateQueries({ queryKey: ['overview', organization] }),
  ]);
}

/** Changes the policy or its draft, and reads both anew: also after a refusal, which may come from what somebody else did. */
export function usePolicyChange<Input, Output>(
  change: (organization: string, input: Input) => Promise<Output>,
) {
  const { slug } = useOrganization();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (input: Input) => change(slug, input),
    onSettled: () => rereadPolicy(queries, slug),
  });
}

interface DraftContent {
  readonly version: number;
  readonly yaml?: string;
  readonly document?: unknown;
}

export const useReplaceDraft = () =>
  usePolicyChange((organization, { version, ...body }: DraftContent) =>
    answerOf(
      api.PUT('/api/v1/organizations/{organization}/policy/draft', {
        params: { path: { organization } },
        headers: draftTag(version),
        body,
      }),
    ),
  );

export const useDiscardDraft = () =>
  usePolicyChange((organization, version: number) =>
    answerOf(
      api.DELETE('/api/v1/organizations/{organization}/policy/draft', {
        params: { path: { organization } },
        headers: draftTag(version),
      }),
    ),
  );

export const useRebaseDraft = () =>
  usePolicyChange((organization, version: number) =>
    answerOf(
      api.POST('/api/v1/organizations/{organization}/policy/draft/rebase', {
        params: { path: { organization } },
        headers: draftTag(version),
      }),
    ),
  );

export const usePublish = () =>
  usePolicyChange(
    (organization, { version, ...body }: { readonly version: number } & Schemas['PublishRequest']) =>
      answerOf(
        api.POST('/api/v1/organizations/{organization}/policy/publish', {
          params: { path: { organization } },
          headers: draftTag(version),
          body,
        }),
      ),
  );
