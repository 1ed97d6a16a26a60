/** The public API as typed calls, bound to one server, organization and token. Leaves wording and printing to the commands. */

import type {
  ActivityEntry,
  ActivityVerification,
  AddRegistry,
  ApiToken,
  CheckAnswer,
  CheckRequest,
  CreateApiToken,
  CreateEnrollmentToken,
  DecisionItem,
  EditRegistry,
  EnrollmentToken,
  Impact,
  Machine,
  ModeRequest,
  PolicyDraft,
  PublishedPolicy,
  PublishRequest,
  PublishResult,
  PutDraft,
  RegistryItem,
  RevisionSummary,
  RollbackRequest,
  Rollout,
  Session,
} from '@pullgate/protocol';
import { decodeEvents } from './event-stream.ts';
import { fetchJson, fetchResponse, type HttpRequest } from './http.ts';

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor?: string;
}

export type Query = NonNullable<HttpRequest['query']>;

export interface ApiTarget {
  readonly server: string;
  readonly organization: string;
  readonly token: string;
}

export type ApiClient = ReturnType<typeof createApiClient>;

/** The server recomputes every entry there ever was. */
const VERIFY_TIMEOUT_MS = 600_000;

const ifMatch = (tag: string): Readonly<Record<string, string>> => ({ 'if-match': `"${tag}"` });

export function createApiClient(target: ApiTarget) {
  const authorization = { authorization: `Bearer ${target.token}` };
  const base = `/api/v1/organizations/${encodeURIComponent(target.organization)}`;
  const call = <T>(request: HttpRequest): Promise<T> =>
    fetchJson<T>(target.server, {
      ...request,
      path: `${base}${request.path}`,
      headers: { ...authorization, ...request.headers },
    });
  const get = <T>(path: string, query?: Query): Promise<T> =>
    call<T>({ path, ...(query === undefined ? {} : { query }) });
  const post = <T>(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<T> =>
    call<T>({ method: 'POST', path, body, headers });
  const id = encodeURIComponent;

  return {
    ...target,
    /** Below the organization. */
    call,
    /** From the root of the server. */
    callServer: <T>(request: HttpRequest): Promise<T> =>
      fetchJson<T>(target.server, { ...request, headers: { ...authorization, ...request.headers } }),
    fetchSession: () =>
      fetchJson<Session>(target.server, { path: '/api/v1/session', headers: authorization }),

    fetchPolicy: (revision?: number) =>
      get<PublishedPolicy>(revision === undefined ? '/policy' : `/policy/revisions/${revision}`),
    fetchRevisions: (query: Query) => get<Page<RevisionSummary>>('/policy/revisions', query),
    fetchDraft: () => get<PolicyDraft>('/policy/draft'),
    putDraft: (version: number, body: PutDraft) =>
      call<PolicyDraft>({ method: 'PUT', path: '/policy/draft', body, headers: ifMatch(`d${version}`) }),
    publish: (version: number, body: PublishRequest) =>
      post<PublishResult>('/policy/publish', body, ifMatch(`d${version}`)),
    setMode: (body: ModeRequest) => post<PublishResult>('/policy/mode', body),
    rollBack: (body: RollbackRequest) => post<PublishResult>('/policy/rollback', body),
    fetchImpact: (of: 'draft' | 'enforce', hours: number) => get<Impact>('/policy/impact', { of, hours }),
    fetchRollout: (revision: number) => get<Rollout>('/rollout', { revision }),

    fetchRegistries: () => fetchAll<RegistryItem>((query) => get('/registries', query)),
    addRegistry: (body: AddRegistry) => post<RegistryItem>('/registries', body),
    editRegistry: (registryId: string, body: EditRegistry) =>
      call<RegistryItem>({ method: 'PATCH', path: `/registries/${id(registryId)}`, body }),
    removeRegistry: (registryId: string) =>
      call<void>({ method: 'DELETE', path: `/registries/${id(registryId)}` }),

    check: (body: CheckRequest) => post<CheckAnswer>('/check', body),
    fetchActivity: (query: Query) => get<Page<ActivityEntry>>('/activity', query),
    verifyActivity: (head?: string) =>
      call<ActivityVerification>({
        path: '/activity/verification',
        query: { head },
        signal: AbortSignal.timeout(VERIFY_TIMEOUT_MS),
      }),
    fetchDecisions: (query: Query) => get<Page<DecisionItem>>('/decisions', query),
    followDecisions: (query: Query, signal: AbortSignal) =>
      follow<DecisionItem>({ path: `${base}/decisions/stream`, query, signal, headers: authorization }),
    fetchMachines: () => fetchAll<Machine>((query) => get('/machines', query)),

    createEnrollmentToken: (body: CreateEnrollmentToken) => post<EnrollmentToken>('/enrollment-tokens', body),
    fetchEnrollmentTokens: () => fetchAll<EnrollmentToken>((query) => get('/enrollment-tokens', query)),
    revokeEnrollmentToken: (tokenId: string) =>
      call<void>({ method: 'DELETE', path: `/enrollment-tokens/${id(tokenId)}` }),
    createToken: (body: CreateApiToken) => post<ApiToken>('/tokens', body),
    fetchTokens: () => fetchAll<ApiToken>((query) => get('/tokens', query)),
    revokeToken: (tokenId: string) => call<void>({ method: 'DELETE', path: `/tokens/${id(tokenId)}` }),
  };

  async function* follow<T>(request: HttpRequest): AsyncGenerator<T> {
    const response = await fetchResponse(target.server, {
      ...request,
      headers: { ...request.headers, accept: 'text/event-stream' },
    });
    if (response.body === null) return;
    for await (const { event, data } of decodeEvents(response.body)) {
      if (event === 'decision') yield JSON.parse(data) as T;
    }
  }
}

/** The largest page that the API gives. */
const PAGE_LIMIT = 200;

export async function fetchAll<T>(fetchPage: (query: Query) => Promise<Page<T>>): Promise<readonly T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await fetchPage({ limit: PAGE_LIMIT, cursor });
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return items;
}
