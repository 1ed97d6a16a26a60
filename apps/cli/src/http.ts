/** Carries one request to the control plane and turns what comes back into a value or an error. Knows no resource. */

import { quote } from '@pullgate/errors';
import type { Problem } from '@pullgate/protocol';
import { ApiError } from './api-error.ts';
import { CliError } from './cli-error.ts';
import { createProxiedFetch } from './proxy/proxied-fetch.ts';
import type { ProxySettings } from './proxy/settings.ts';
import { VERSION } from './version.ts';

export interface HttpRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** An answer that takes longer is no answer: the slowest, an impact over 30 days, is given in seconds. */
const TIMEOUT_MS = 30_000;

let proxiedFetch = createProxiedFetch({});

/** Sets, once for the process, through which proxies servers are reached. */
export function useProxies(settings: ProxySettings): void {
  proxiedFetch = createProxiedFetch(settings);
}

/**
 * @throws ApiError when the server answers with a problem
 * @throws CliError SERVER_UNREACHABLE, SERVER_ANSWER_INVALID, PROXY_AUTH_REQUIRED, PROXY_UNUSABLE
 */
export async function fetchResponse(server: string, request: HttpRequest): Promise<Response> {
  const response = await fetchAnswer(server, request);
  if (!response.ok) throw await toApiError(server, response);
  return response;
}

/**
 * The answer, whatever its status.
 * @throws CliError SERVER_UNREACHABLE, PROXY_AUTH_REQUIRED, PROXY_UNUSABLE
 */
export async function fetchAnswer(server: string, request: HttpRequest): Promise<Response> {
  const url = toUrl(server, request);
  try {
    return await proxiedFetch(url, {
      method: request.method ?? 'GET',
      headers: {
        accept: 'application/json',
        'user-agent': `pullgate/${VERSION}`,
        ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...request.headers,
      },
      redirect: 'error',
      signal: request.signal ?? AbortSignal.timeout(TIMEOUT_MS),
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
    });
  } catch (cause) {
    throw toUnreachable(server, cause);
  }
}

/** The answer's JSON, or undefined when it has none (204). */
export async function fetchJson<T>(server: string, request: HttpRequest): Promise<T> {
  const response = await fetchResponse(server, request);
  const text = await response.text();
  if (text === '') return undefined as T;
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    throw toForeign(server, response.status, cause);
  }
}

function toUrl(server: string, request: HttpRequest): URL {
  const url = new URL(`${server}${request.path}`);
  for (const [name, value] of Object.entries(request.query ?? {})) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  return url;
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'the name cannot be resolved now',
  ECONNRESET: 'connection cut',
  UND_ERR_SOCKET: 'connection cut',
  UND_ERR_CONNECT_TIMEOUT: 'no answer',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is signed by an unknown authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is signed by an unknown authority',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
};

function toUnreachable(server: string, cause: unknown): CliError {
  if (cause instanceof CliError) return cause;
  if (cause instanceof Error && cause.name === 'AbortError') throw cause;
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  const code = (inner as { code?: unknown } | null)?.code;
  const isLate = cause instanceof Error && cause.name === 'TimeoutError';
  const why = isLate ? 'no answer in 30 s' : (REASONS[String(code)] ?? String(code ?? inner));
  const isTrust = String(code).includes('CERT') || String(code).includes('LEAF');
  return new CliError('SERVER_UNREACHABLE', `cannot reach ${server} (${why})`, {
    hint: isTrust
      ? 'trust its authority: NODE_EXTRA_CA_CERTS=/path/to/ca.pem pullgate …'
      : 'start it, or name another: pullgate up, or --server URL',
    cause,
  });
}

async function toApiError(server: string, response: Response): Promise<ApiError | CliError> {
  const text = await response.text();
  let problem: Partial<Problem> | null;
  try {
    problem = JSON.parse(text) as Partial<Problem> | null;
  } catch {
    return toForeign(server, response.status);
  }
  if (typeof problem?.code !== 'string') return toForeign(server, response.status);
  return new ApiError({
    type: 'about:blank',
    title: problem.title ?? response.statusText,
    status: response.status,
    code: problem.code,
    detail: problem.detail ?? '',
    ...(problem.hint === undefined ? {} : { hint: problem.hint }),
    ...(problem.problems === undefined ? {} : { problems: problem.problems }),
  });
}

function toForeign(server: string, status: number, cause?: unknown): CliError {
  return new CliError(
    'SERVER_ANSWER_INVALID',
    `${quote(server)} answered ${status}, but not as a Pullgate control plane`,
    {
      hint: 'check the address: --server URL',
      cause,
    },
  );
}
