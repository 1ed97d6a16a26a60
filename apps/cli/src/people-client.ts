/** The API of people and of where they come from, as typed calls. Leaves wording and printing to the commands. */

import type {
  ClaimedDomain,
  CreateInvitation,
  CreateOrganization,
  CreateTeam,
  Invitation,
  MachineSession,
  Organization,
  OrganizationMember,
  ScimConnection,
  ScimCredential,
  SetScim,
  SetSsoConnection,
  SsoConnection,
  SsoTest,
  Team,
  UpdateMember,
  UpdateOrganization,
} from '@pullgate/protocol';
import { type ApiClient, fetchAll } from './api-client.ts';

export type PeopleClient = ReturnType<typeof createPeopleClient>;

const id = encodeURIComponent;

export function createPeopleClient({ call, callServer }: ApiClient) {
  const get = <T>(path: string) => call<T>({ path });
  const post = <T>(path: string, body?: unknown) =>
    call<T>({ method: 'POST', path, ...(body === undefined ? {} : { body }) });
  const put = <T>(path: string, body?: unknown) =>
    call<T>({ method: 'PUT', path, ...(body === undefined ? {} : { body }) });
  const patch = <T>(path: string, body: unknown) => call<T>({ method: 'PATCH', path, body });
  const remove = (path: string) => call<void>({ method: 'DELETE', path });
  const all = <T>(path: string, more: { readonly search?: string } = {}) =>
    fetchAll<T>((query) => call({ path, query: { ...query, ...more } }));
  return {
    fetchOrganizations: () =>
      fetchAll<Organization>((query) => callServer({ path: '/api/v1/organizations', query })),
    createOrganization: (body: CreateOrganization) =>
      callServer<Organization>({ method: 'POST', path: '/api/v1/organizations', body }),
    fetchOrganization: () => get<Organization>(''),
    editOrganization: (body: UpdateOrganization) => patch<Organization>('', body),

    fetchMembers: (search?: string) =>
      all<OrganizationMember>('/members', search === undefined ? {} : { search }),
    fetchMember: (person: string) => get<OrganizationMember>(`/members/${id(person)}`),
    editMember: (person: string, body: UpdateMember) =>
      patch<OrganizationMember>(`/members/${id(person)}`, body),
    removeMember: (person: string) => remove(`/members/${id(person)}`),

    fetchTeams: () => all<Team>('/teams'),
    createTeam: (body: CreateTeam) => post<Team>('/teams', body),
    editTeam: (slug: string, name: string) => patch<Team>(`/teams/${id(slug)}`, { name }),
    deleteTeam: (slug: string) => remove(`/teams/${id(slug)}`),
    addToTeam: (slug: string, person: string) => put<void>(`/teams/${id(slug)}/members/${id(person)}`),
    removeFromTeam: (slug: string, person: string) => remove(`/teams/${id(slug)}/members/${id(person)}`),

    fetchInvitations: () => all<Invitation>('/invitations'),
    createInvitation: (body: CreateInvitation) => post<Invitation>('/invitations', body),
    resendInvitation: (invitation: string) => post<Invitation>(`/invitations/${id(invitation)}/resend`),
    revokeInvitation: (invitation: string) => remove(`/invitations/${id(invitation)}`),

    fetchMachineSessions: () => all<MachineSession>('/machine-sessions'),
    endMachineSession: (session: string) => remove(`/machine-sessions/${id(session)}`),
    setHolder: (machine: string, person: string | null) =>
      put<void>(`/machines/${id(machine)}/holder`, { person }),
    revokeMachine: (machine: string) => remove(`/machines/${id(machine)}`),

    fetchSso: () => get<SsoConnection>('/sso'),
    setSso: (body: SetSsoConnection) => put<SsoConnection>('/sso', body),
    testSso: () => post<SsoTest>('/sso/test'),
    removeSso: () => remove('/sso'),
    fetchDomains: () => get<{ readonly items: readonly ClaimedDomain[] }>('/domains'),
    claimDomain: (domain: string) => post<ClaimedDomain>('/domains', { domain }),
    verifyDomain: (domain: string) => post<ClaimedDomain>(`/domains/${id(domain)}/verify`),
    removeDomain: (domain: string) => remove(`/domains/${id(domain)}`),

    fetchScim: () => get<ScimConnection>('/scim'),
    setScim: (body: SetScim) => put<ScimConnection>('/scim', body),
    removeScim: () => remove('/scim'),
    createScimCredential: () => post<ScimCredential>('/scim/credentials'),
    revokeScimCredential: (credential: string) => remove(`/scim/credentials/${id(credential)}`),
  };
}
