/** The newest decisions, kept new by the server's stream of them. */

import { type QueryClient, queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { answerOf, api, type Schemas } from './client.ts';

export type Decision = Schemas['DecisionItem'];

export const latestDecisionsQuery = (organization: string, limit: number) =>
  queryOptions({
    queryKey: ['decisions', organization, 'latest', limit],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/api/v1/organizations/{organization}/decisions', {
          params: { path: { organization }, query: { limit } },
          signal,
        }),
      ),
  });

/** Whether no machine has ever decided anything. An answer that does not come stops nobody. */
export async function isUnused(queries: QueryClient, organization: string): Promise<boolean> {
  const newest = await queries.fetchQuery(latestDecisionsQuery(organization, 1)).catch(() => undefined);
  return newest?.items.length === 0;
}

/** `isLive` is false while the stream is away; the browser opens it anew by itself. */
export function useLatestDecisions(organization: string, limit: number) {
  const queries = useQueryClient();
  const [isLive, setLive] = useState(true);
  useEffect(() => {
    const stream = new EventSource(`/api/v1/organizations/${organization}/decisions/stream`);
    const read = () =>
      void queries.invalidateQueries({ queryKey: latestDecisionsQuery(organization, limit).queryKey });
    stream.addEventListener('decision', read);
    stream.addEventListener('open', () => {
      setLive(true);
      // What came between the listing and the stream.
      read();
    });
    stream.addEventListener('error', () => setLive(false));
    return () => stream.close();
  }, [organization, limit, queries]);
  return { ...useQuery(latestDecisionsQuery(organization, limit)), isLive };
}
