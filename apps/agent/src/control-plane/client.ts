/** Calls the control plane as the protocol says (`packages/protocol/src/agent.ts`). Leaves when to call to `connection.ts`. */

import type { IncomingMessage } from 'node:http';
import { MAX_BUNDLE_BYTES, type PrivateJwk, type SignedBundle } from '@pullgate/bundle';
import {
  AgentSession,
  type CreateAgentSession,
  type DecisionBatch,
  DecisionBatchReply,
  type EnrollRequest,
  EnrollResponse,
  type Heartbeat,
  PROTOCOL_HEADER,
  PROTOCOL_VERSION,
  type SeenHostReport,
  SignedBundleBody,
} from '@pullgate/protocol';
import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { AgentError } from '../agent-error.ts';
import type { Clock } from '../clock.ts';
import { type Authorization, createAuthorization } from './authorization.ts';
import { type HttpAnswer, type HttpCall, readBody, type Transport } from './transport.ts';

/** Everything but documents is short. */
const MAX_ANSWER_BYTES = 64 * 1024;

/** A bundle of the permitted size with its JSON around it. The bundle's own limit is checked again, exactly. */
const MAX_DOCUMENT_BYTES = MAX_BUNDLE_BYTES + 64 * 1024;

export type DocumentKind = 'policy' | 'assignment';

export type FetchedDocument =
  | { readonly outcome: 'unchanged' }
  | { readonly outcome: 'fetched'; readonly bundle: SignedBundle; readonly etag?: string };

export interface ControlPlaneClient {
  /** Every method throws AgentError `SERVER_UNREACHABLE`, `SERVER_REFUSED`, `SERVER_ANSWER_INVALID`. */
  fetchDocument(kind: DocumentKind, etag: string | undefined, signal?: AbortSignal): Promise<FetchedDocument>;
  sendHeartbeat(heartbeat: Heartbeat, signal?: AbortSignal): Promise<void>;
  /** Resolves with the server's high-water mark. */
  sendDecisions(batch: DecisionBatch, signal?: AbortSignal): Promise<number>;
  /** A server of protocol version 1 refuses with 404. */
  sendSeenHosts(report: SeenHostReport, signal?: AbortSignal): Promise<void>;
  openEvents(signal: AbortSignal): Promise<IncomingMessage>;
  /** Binds a person's token to a uid of this machine. */
  createSession(session: CreateAgentSession): Promise<AgentSession>;
  deleteSession(id: string): Promise<void>;
}

export interface ClientOptions {
  readonly transport: Transport;
  readonly server: string;
  readonly machineId: string;
  readonly key: PrivateJwk;
  readonly clock: Clock;
}

type Head = Pick<HttpCall, 'method' | 'path'> & { readonly headers?: Record<string, string> };

export function createControlPlaneClient(options: ClientOptions): ControlPlaneClient {
  const { transport } = options;
  const authorization = createAuthorization(options);
  const call = (head: Head, rest: Omit<HttpCall, keyof Head>): Promise<HttpAnswer> =>
    callAuthorized(transport, authorization, head, rest);
  const post = async (path: string, value: unknown, signal?: AbortSignal): Promise<HttpAnswer> => {
    const head = { method: 'POST', path, headers: { 'content-type': 'application/json' } };
    return await call(head, {
      body: JSON.stringify(value),
      maxAnswerBytes: MAX_ANSWER_BYTES,
      ...(signal === undefined ? {} : { signal }),
    });
  };
  return {
    fetchDocument: async (kind, etag, signal) => {
      const headers: Record<string, string> = etag === undefined ? {} : { 'if-none-match': etag };
      const answer = await call(
        { method: 'GET', path: `/agent/v1/${kind}`, headers },
        { maxAnswerBytes: MAX_DOCUMENT_BYTES, ...(signal === undefined ? {} : { signal }) },
      );
      return answer.status === 304 ? { outcome: 'unchanged' } : toFetched(answer);
    },
    sendHeartbeat: async (heartbeat, signal) => {
      await post('/agent/v1/heartbeat', heartbeat, signal);
    },
    sendDecisions: async (batch, signal) =>
      parseAnswer(DecisionBatchReply, await post('/agent/v1/decisions', batch, signal)).accepted,
    sendSeenHosts: async (report, signal) => {
      await post('/agent/v1/registry-hosts', report, signal);
    },
    openEvents: (signal) => openEvents(transport, authorization, signal),
    createSession: async (session) => parseAnswer(AgentSession, await post('/agent/v1/sessions', session)),
    deleteSession: async (id) => {
      const path = `/agent/v1/sessions/${encodeURIComponent(id)}`;
      await call({ method: 'DELETE', path }, { maxAnswerBytes: MAX_ANSWER_BYTES });
    },
  };
}

/** Asks for a machine's place, with a token instead of a key that the server knows. */
export async function enroll(transport: Transport, request: EnrollRequest): Promise<EnrollResponse> {
  const answer = await transport.call({
    method: 'POST',
    path: '/agent/v1/enroll',
    headers: { 'content-type': 'application/json', [PROTOCOL_HEADER]: String(PROTOCOL_VERSION) },
    body: JSON.stringify(request),
    maxAnswerBytes: MAX_ANSWER_BYTES,
  });
  if (answer.status >= 300) throw toRefused(answer);
  return parseAnswer(EnrollResponse, answer);
}

function toFetched(answer: HttpAnswer): FetchedDocument {
  const bundle = parseAnswer(SignedBundleBody, answer);
  const { etag } = answer.headers;
  return { outcome: 'fetched', bundle, ...(etag === undefined ? {} : { etag }) };
}

async function callAuthorized(
  transport: Transport,
  authorization: Authorization,
  head: Head,
  rest: Omit<HttpCall, keyof Head>,
): Promise<HttpAnswer> {
  const attempt = async () => {
    const headers = { ...head.headers, ...(await toHeaders(authorization, head)) };
    const answer = await transport.call({ ...head, ...rest, headers });
    return { answer, corrected: authorization.observeServerDate(answer.headers.date) };
  };
  const first = await attempt();
  // A token is refused when this machine's clock is wrong; the answer tells the time, so ask once more by it.
  const { answer } = first.answer.status === 401 && first.corrected ? await attempt() : first;
  if (answer.status >= 300 && answer.status !== 304) throw toRefused(answer);
  return answer;
}

async function openEvents(
  transport: Transport,
  authorization: Authorization,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const head = { method: 'GET', path: '/agent/v1/events' };
  const headers = { accept: 'text/event-stream', ...(await toHeaders(authorization, head)) };
  const answer = await transport.open({ ...head, headers, signal });
  authorization.observeServerDate(answer.headers.date);
  if (answer.statusCode === 200) return answer;
  const body = await readBody(answer, MAX_ANSWER_BYTES);
  throw toRefused({ status: answer.statusCode ?? 0, headers: answer.headers, body });
}

async function toHeaders(
  authorization: Authorization,
  { method, path }: Head,
): Promise<Record<string, string>> {
  return {
    authorization: await authorization.authorize(method, path),
    [PROTOCOL_HEADER]: String(PROTOCOL_VERSION),
  };
}

function parseAnswer<T extends TSchema>(schema: T, answer: HttpAnswer): Static<T> {
  let value: unknown;
  try {
    value = JSON.parse(answer.body.toString('utf8'));
  } catch (error) {
    throw new AgentError('SERVER_ANSWER_INVALID', 'expected JSON from the control plane', { cause: error });
  }
  if (Value.Check(schema, value)) return value;
  const name = (schema as { $id?: string }).$id ?? 'answer';
  throw new AgentError('SERVER_ANSWER_INVALID', `expected ${name} from the control plane`);
}

function toRefused(answer: HttpAnswer): AgentError {
  const code = problemCodeOf(answer.body);
  const named = code === undefined ? '' : `, ${code}`;
  return new AgentError('SERVER_REFUSED', `the control plane refused (${answer.status}${named})`, {
    answer: { status: answer.status, ...(code === undefined ? {} : { code }) },
  });
}

/** Only the code is taken from a problem: its words are the server's, and would be untrusted text in the log. */
function problemCodeOf(body: Buffer): string | undefined {
  try {
    const { code } = JSON.parse(body.toString('utf8')) as { code?: unknown };
    return typeof code === 'string' && /^[A-Z][A-Z0-9_]{0,63}$/.test(code) ? code : undefined;
  } catch {
    return undefined;
  }
}
