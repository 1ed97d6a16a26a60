/** Says what the local sockets offer: to anyone on the machine, and to its administrator. Leaves HTTP to `local-server.ts`. */

import {
  type CheckAnswer,
  type DecisionRecord,
  LocalCheckRequest,
  type LocalSession,
  LocalSessionRequest,
  type LocalStatus,
} from '@pullgate/protocol';
import { Value } from 'typebox/value';
import { AgentError } from '../agent-error.ts';

export interface LocalAnswer {
  /** Media type. */
  readonly type: string;
  readonly body: string;
}

export interface LocalRoute {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  /** `uid`: of the peer; undefined where the platform does not tell. Nothing is answered as 204. */
  readonly answer: (
    body: string,
    uid: number | undefined,
  ) => LocalAnswer | undefined | Promise<LocalAnswer | undefined>;
}

export interface LocalServices {
  /** For the asking uid: its own session, and nobody else's. */
  readonly status: (uid: number | undefined) => LocalStatus;
  /** @throws AgentError `LOCAL_REQUEST_INVALID` when the reference is none. */
  readonly check: (request: LocalCheckRequest, uid: number | undefined) => CheckAnswer;
  /** Signs the asking uid in; nobody signs in another, root neither. */
  readonly signIn: (uid: number | undefined, token: string) => Promise<LocalSession>;
  readonly signOut: (uid: number | undefined) => Promise<void>;
  /** Fetches both documents now. @throws AgentError when the control plane does not answer. */
  readonly refresh: () => Promise<void>;
  /** Prometheus text. */
  readonly metrics: () => Promise<string>;
  /** Newest first. */
  readonly recent: () => Promise<readonly DecisionRecord[]>;
}

/** For everybody: no other people, no rules, nothing that changes anything but one's own session. */
export function toAgentRoutes({ status, check, signIn, signOut }: LocalServices): LocalRoute[] {
  return [
    { method: 'GET', path: '/v1/status', answer: (_body, uid) => json(status(uid)) },
    { method: 'POST', path: '/v1/check', answer: (body, uid) => json(check(parseCheck(body), uid)) },
    {
      method: 'POST',
      path: '/v1/session',
      answer: async (body, uid) => json(await signIn(uid, parseSession(body).token)),
    },
    {
      method: 'DELETE',
      path: '/v1/session',
      answer: async (_body, uid) => {
        await signOut(uid);
        return undefined;
      },
    },
  ];
}

export function toAdminRoutes(services: LocalServices): LocalRoute[] {
  const { status, refresh, metrics, recent } = services;
  return [
    ...toAgentRoutes(services),
    {
      method: 'POST',
      path: '/v1/refresh',
      answer: async (_body, uid) => {
        await refresh();
        return json(status(uid));
      },
    },
    {
      method: 'GET',
      path: '/v1/metrics',
      answer: async () => ({ type: 'text/plain; version=0.0.4', body: await metrics() }),
    },
    { method: 'GET', path: '/v1/decisions', answer: async () => json({ items: await recent() }) },
  ];
}

function json(value: unknown): LocalAnswer {
  return { type: 'application/json', body: JSON.stringify(value) };
}

/** The body holds a token here: nothing of it is in a message. */
function parseSession(body: string): LocalSessionRequest {
  const value = parseJson(body);
  if (Value.Check(LocalSessionRequest, value)) return value;
  throw new AgentError('LOCAL_REQUEST_INVALID', 'expected { token }');
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // without the cause: what JSON.parse says quotes the text
    throw new AgentError('LOCAL_REQUEST_INVALID', 'expected a JSON body');
  }
}

function parseCheck(body: string): LocalCheckRequest {
  const value = parseJson(body);
  if (Value.Check(LocalCheckRequest, value)) return value;
  throw new AgentError('LOCAL_REQUEST_INVALID', 'expected { reference, action? }');
}
