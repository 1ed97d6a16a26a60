/** The control plane's public API, typed by its OpenAPI document (`schema.ts` is generated: `npm run api`). */

import createClient from 'openapi-fetch';
import { ApiProblem, type ProblemBody } from './problem.ts';
import type { components, paths } from './schema.ts';

export type Schemas = components['schemas'];

/** The session cookie goes along, and the browser adds the Origin that the server asks for with every change. */
export const api = createClient<paths>({ baseUrl: location.origin, credentials: 'same-origin' });

interface Reply<T> {
  readonly data?: T;
  readonly error?: unknown;
  readonly response: Response;
}

/**
 * The body of a good answer.
 * @throws ApiProblem what the server refused, or `OFFLINE` when it cannot be reached
 */
export async function answerOf<T>(call: Promise<Reply<T>>): Promise<T> {
  return (await replyOf(call)).data;
}

/** As {@link answerOf}, with the entity tag that a change of the same thing must send back as `If-Match`. */
export async function replyOf<T>(call: Promise<Reply<T>>): Promise<{ data: T; etag?: string }> {
  const reply = await call.catch((cause: unknown) => {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw ApiProblem.offline();
  });
  const { data, error, response } = reply;
  if (!response.ok) throw new ApiProblem(response.status, error as Partial<ProblemBody> | undefined);
  const etag = response.headers.get('etag');
  return { data: data as T, ...(etag === null ? {} : { etag }) };
}
