/** Asks the agent on this machine over its socket. Leaves wording to the commands. */

import { existsSync } from 'node:fs';
import { request } from 'node:http';
import type { CheckAnswer, LocalCheckRequest, LocalSession, LocalStatus, Problem } from '@pullgate/protocol';
import { ApiError } from './api-error.ts';
import { CliError } from './cli-error.ts';
import type { CliConfig } from './config.ts';
import type { Credential } from './credentials.ts';

/** Where the agent of an installed machine listens (systemd's RuntimeDirectory). */
export const SYSTEM_AGENT_SOCKET = '/run/pullgate/agent.sock';

/** The agent answers from memory; longer means that it hangs. */
const TIMEOUT_MS = 3_000;
/** For a sign-in it asks the control plane. */
const SIGN_IN_TIMEOUT_MS = 30_000;

/** The agent's socket: as told, else the installed agent's, else the one that `up` runs; undefined when there is none. */
export function findAgentSocket(config: CliConfig, credential: Credential | undefined): string | undefined {
  if (config.agentSocket !== undefined) return config.agentSocket;
  return [credential?.agentSocket, SYSTEM_AGENT_SOCKET].find(
    (path) => path !== undefined && existsSync(path),
  );
}

export const fetchLocalStatus = (socketPath: string): Promise<LocalStatus> =>
  askSocket<LocalStatus>(socketPath, 'GET', '/v1/status');

export const fetchLocalCheck = (socketPath: string, body: LocalCheckRequest): Promise<CheckAnswer> =>
  askSocket<CheckAnswer>(socketPath, 'POST', '/v1/check', body);

/** Signs the account that runs this command in on this machine. */
export const postLocalSession = (
  socketPath: string,
  token: string,
  timeoutMs = SIGN_IN_TIMEOUT_MS,
): Promise<LocalSession> => askSocket<LocalSession>(socketPath, 'POST', '/v1/session', { token }, timeoutMs);

export const deleteLocalSession = (socketPath: string): Promise<void> =>
  askSocket<void>(socketPath, 'DELETE', '/v1/session', undefined, SIGN_IN_TIMEOUT_MS);

/**
 * @throws ApiError when the agent answers with a problem
 * @throws CliError AGENT_UNREACHABLE
 */
function askSocket<T>(
  socketPath: string,
  method: string,
  path: string,
  body?: unknown,
  timeout = TIMEOUT_MS,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const fail = (cause: unknown): void => reject(toUnreachable(socketPath, cause));
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const outgoing = request({ socketPath, method, path, headers, timeout }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', fail);
      response.on('end', () => {
        try {
          const text = Buffer.concat(chunks).toString('utf8');
          const value: unknown = text === '' ? undefined : JSON.parse(text);
          if ([200, 201, 204].includes(response.statusCode ?? 0)) resolve(value as T);
          else reject(new ApiError(value as Problem));
        } catch (cause) {
          fail(cause);
        }
      });
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer in ${timeout / 1000} s`)));
    outgoing.on('error', fail);
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

function toUnreachable(socketPath: string, cause: unknown): CliError {
  const code = (cause as { code?: unknown } | null)?.code;
  const why =
    code === 'ENOENT' ? 'no such socket' : code === 'ECONNREFUSED' ? 'nobody listens' : String(cause);
  return new CliError('AGENT_UNREACHABLE', `cannot reach the agent at ${socketPath} (${why})`, {
    hint: 'start it: pullgate up, or pullgate agent run',
    cause,
  });
}
