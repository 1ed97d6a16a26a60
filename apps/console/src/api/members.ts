/** What the API says of members, and how they are changed. */

import { queryOptions } from '@tanstack/react-query';
import { useChange } from './change.ts';
import { answerOf, api, type Schemas } from './client.ts';
import { useListing } from './listing.ts';
import type { paths } from './schema.ts';
import { sessionQuery, useOrganization } from './session.ts';

export type Member = Schemas['OrganizationMember'];
export type Role = Member['role'];
export const ROLES = ['owner', 'admin', 'auditor', 'member'] as const satisfies readonly Role[];

type Query = NonNullable<paths['/api/v1/organizations/{organization}/members']['get']['parameters']['query']>;
export type MemberFilter = Omit<Query, 'cursor' | 'limit'>;
/** As many as a page of the API holds. */
const MOST = 200;

const fetchMembers = (organization: string, query: Query, signal: AbortSignal) =>
  answerOf(
    api.GET('/api/v1/organizations/{organization}/members', {
      params: { path: { organization }, query },
      signal,
    }),
  );

export function useMembers(filter: MemberFilter) {
  const { slug } = useOrganization();
  return useListing<Member>(['members', slug, 'list', filter], (cursor, signal) =>
    fetchMembers(slug, { ...filter, ...(cursor === undefined ? {} : { cursor }) }, signal),
  );
}

/** The first members that a filter finds, for counting; `more` tells that there are others. */
export const firstMembersQuery = (organization: string, filter: MemberFilter) =>
  queryOptions({
    queryKey: ['members', organization, 'first', filter],
    queryFn: async ({ signal }) => {
      const { items, nextCursor } = await fetchMembers(organization, { ...filter, limit: MOST }, signal);
      return { items, more: nextCursor !== undefined };
    },
  });

export const memberQuery = (organization: string, id: string) =>
  queryOptions({
    queryKey: ['members', organization, 'one', id],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/api/v1/organizations/{organization}/members/{id}', {
          params: { path: { organization, id } },
          signal,
        }),
      ),
  });

/** Everything that changes when a person does. */
const touchedBy = (organization: string) =>
  ['members', 'teams', 'machine-sessions', 'machines', 'tokens'].map((name) => [name, organization]);

export function useUpdateMember(id: string) {
  const { slug } = useOrganization();
  return useChange(touchedBy(slug), (body: Schemas['UpdateMember']) =>
    answerOf(
      api.PATCH('/api/v1/organizations/{organization}/members/{id}', {
        params: { path: { organization: slug, id } },
        body,
      }),
    ),
  );
}

export function useRemoveMember(id: string) {
  const { slug } = useOrganization();
  return useChange(touchedBy(slug), () =>
    answerOf(
      api.DELETE('/api/v1/organizations/{organization}/members/{id}', {
        params: { path: { organization: slug, id } },
      }),
    ),
  );
}

/** Role and teams in one go; what is so already is not sent. */
export function useEditMember(member: Member, onDone: () => void) {
  const { slug } = useOrganization();
  // Who changes their own role may do something else from then on.
  const touched = [...touchedBy(slug), sessionQuery.queryKey];
  const change = async ({ role, teams }: Pick<Member, 'role' | 'teams'>) => {
    const { id } = member;
    for (const team of teams.filter((one) => !member.teams.includes(one)))
      await setTeam(slug, team, id, true);
    for (const team of member.teams.filter((one) => !teams.includes(one)))
      await setTeam(slug, team, id, false);
    // Last: whoever gives up their own role may not change teams any more.
    if (role !== member.role) {
      const path = { organization: slug, id };
      await answerOf(
        api.PATCH('/api/v1/organizations/{organization}/members/{id}', { params: { path }, body: { role } }),
      );
    }
  };
  return useChange(touched, change, onDone);
}

export function useSetTeam(team: string) {
  const { slug } = useOrganization();
  return useChange(touchedBy(slug), ({ id, isIn }: { readonly id: string; readonly isIn: boolean }) =>
    setTeam(slug, team, id, isIn),
  );
}

async function setTeam(organization: string, team: string, id: string, isIn: boolean): Promise<void> {
  const path = '/api/v1/organizations/{organization}/teams/{team}/members/{id}';
  const params = { path: { organization, team, id } };
  await answerOf(isIn ? api.PUT(path, { params }) : api.DELETE(path, { params }));
}
