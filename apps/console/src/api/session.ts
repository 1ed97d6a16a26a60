/** Who is signed in, and what they may do in an organization. */

import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { answerOf, api, type Schemas } from './client.ts';

export type Session = Schemas['Session'];
export type Scope = NonNullable<Schemas['CreateApiToken']['scopes']>[number];
export type Place = Session['organizations'][number];

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => answerOf(api.GET('/api/v1/session', { signal })),
  staleTime: 60_000,
});

export function useSession(): Session {
  return useSuspenseQuery(sessionQuery).data;
}

/** The organization of the address; its slug goes into every path of the API. */
export function useOrganization(): Place {
  const { organization } = useParams({ strict: false });
  const place = useSession().organizations.find(({ slug }) => slug === organization);
  if (place === undefined) throw new Error(`no place in the organization ${organization}`);
  return place;
}

/** Whether the person may do this here. What they may not is not offered; the server refuses it in any case. */
export function useMay(): (scope: Scope) => boolean {
  const { scopes } = useOrganization();
  return (scope) => scopes.includes(scope);
}
