/** Says what the local sockets offer: to anyone on the machine, and to its administrator. Leaves HTTP to `local-server.ts`. */

import {
  type CheckAnswer,
  type DecisionRecord,
  LocalCheckRequest,
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
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly answer: (body: string) => LocalAnswer | Promise<LocalAnswer>;
}

export interface LocalServices {
  readonly status: () => LocalStatus;
  /** @throws AgentError `LOCAL_REQUEST_INVALID` when the reference is none. */
  readonly check: (request: LocalCheckRequest) => CheckAnswer;
  /** Fetches both documents now. @throws AgentError when the control plane does not answer. */
  readonly refresh: () => Promise<void>;
  /** Prometheus text. */
  readonly metrics: () => Promise<string>;
  /** Newest first. */
  readonly recent: () => Promise<readonly DecisionRecord[]>;
}

/** For everybody: no people, no rules, nothing that changes anything. */
export function toAgentRoutes({ status, check }: LocalServices): LocalRoute[] {
  return [
    { method: 'GET', path: '/v1/status', answer: () => json(status()) },
    { method: 'POST', path: '/v1/check', answer: (body) => json(check(parseCheck(body))) },
  ];
}

export function toAdminRoutes(services: LocalServices): LocalRoute[] {
  const { status, refresh, metrics, recent } = services;
  return [
    ...toAgentRoutes(services),
    {
      method: 'POST',
      path: '/v1/refresh',
      answer: async () => {
        await refresh();
        return json(status());
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

function parseCheck(body: string): LocalCheckRequest {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (error) {
    throw new AgentError('LOCAL_REQUEST_INVALID', 'expected a JSON body', { cause: error });
  }
  if (Value.Check(LocalCheckRequest, value)) return value;
  throw new AgentError('LOCAL_REQUEST_INVALID', 'expected { reference, action? }');
}
