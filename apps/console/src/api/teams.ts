/** What the API says of teams, and how they are made, renamed and deleted. */

import { queryOptions } from '@tanstack/react-query';
import { useChange } from './change.ts';
import { answerOf, api, type Schemas } from './client.ts';
import { useListing } from './listing.ts';
import { useOrganization } from './session.ts';

export type Team = Schemas['Team'];
/** As many as a page of the API holds. */
const MOST = 200;

export function useTeams() {
  const { slug } = useOrganization();
  return useListing<Team>(['teams', slug, 'list'], (cursor, signal) => fetchTeams(slug, cursor, signal));
}

/** Teams to choose from: all, page by page. */
export const allTeamsQuery = (organization: string) =>
  queryOptions({
    queryKey: ['teams', organization, 'all'],
    queryFn: async ({ signal }) => {
      const teams: Team[] = [];
      let cursor: string | undefined;
      do {
        const page = await fetchTeams(organization, cursor, signal, MOST);
        teams.push(...page.items);
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      return teams;
    },
    staleTime: 60_000,
  });

const fetchTeams = (organization: string, cursor: string | undefined, signal: AbortSignal, limit?: number) =>
  answerOf(
    api.GET('/api/v1/organizations/{organization}/teams', {
      params: {
        path: { organization },
        query: { ...(cursor === undefined ? {} : { cursor }), ...(limit === undefined ? {} : { limit }) },
      },
      signal,
    }),
  );

export const teamQuery = (organization: string, team: string) =>
  queryOptions({
    queryKey: ['teams', organization, 'one', team],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/api/v1/organizations/{organization}/teams/{team}', {
          params: { path: { organization, team } },
          signal,
        }),
      ),
  });

/** Entries of the draft that name the team. */
export const teamRulesQuery = (organization: string, team: string) =>
  queryOptions({
    queryKey: ['registries', organization, 'of-team', team],
    queryFn: async ({ signal }) => {
      const { items } = await answerOf(
        api.GET('/api/v1/organizations/{organization}/registries', {
          params: { path: { organization }, query: { search: team, limit: MOST } },
          signal,
        }),
      );
      return items.filter(({ teams }) => teams?.includes(team) === true);
    },
  });

export function useCreateTeam() {
  const { slug } = useOrganization();
  return useChange([['teams', slug]], (body: Schemas['CreateTeam']) =>
    answerOf(
      api.POST('/api/v1/organizations/{organization}/teams', {
        params: { path: { organization: slug } },
        body,
      }),
    ),
  );
}

export function useRenameTeam(team: string, onDone: () => void) {
  const { slug } = useOrganization();
  const change = (name: string) =>
    answerOf(
      api.PATCH('/api/v1/organizations/{organization}/teams/{team}', {
        params: { path: { organization: slug, team } },
        body: { name },
      }),
    );
  return useChange([['teams', slug]], change, onDone);
}

export function useDeleteTeam(team: string) {
  const { slug } = useOrganization();
  return useChange(
    [
      ['teams', slug],
      ['members', slug],
    ],
    () =>
      answerOf(
        api.DELETE('/api/v1/organizations/{organization}/teams/{team}', {
          params: { path: { organization: slug, team } },
        }),
      ),
  );
}
