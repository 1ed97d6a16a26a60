/** Asks a running agent on one of its sockets. Leaves wording the answer to the caller. */

import { request } from 'node:http';
import { AgentError, systemCodeOf } from '../agent-error.ts';

/** The agent answers from memory; only a refresh waits, for its control plane. */
const TIMEOUT_MS = 25_000;

export interface AgentAnswer {
  readonly status: number;
  /** Parsed JSON; text for anything else. */
  readonly body: unknown;
}

/** @throws AgentError `AGENT_UNREACHABLE`. A problem is an answer like any other: see `status`. */
export async function askAgent(
  socketPath: string,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<AgentAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<AgentAnswer>();
  const headers = body === undefined ? {} : { 'content-type': 'application/json' };
  const outgoing = request({ socketPath, method, path, headers, timeout: TIMEOUT_MS }, (answer) => {
    const chunks: Buffer[] = [];
    answer.on('data', (chunk: Buffer) => chunks.push(chunk));
    answer.on('error', reject);
    answer.on('end', () => resolve(toAnswer(answer.statusCode ?? 0, Buffer.concat(chunks).toString('utf8'))));
  });
  outgoing.on('timeout', () => outgoing.destroy(new Error('no answer in time')));
  outgoing.on('error', reject);
  outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  try {
    return await promise;
  } catch (error) {
    const why = systemCodeOf(error) ?? (error instanceof Error ? error.message : 'unknown');
    throw new AgentError('AGENT_UNREACHABLE', `cannot reach the agent at ${socketPath} (${why})`, {
      cause: error,
    });
  }
}

function toAnswer(status: number, text: string): AgentAnswer {
  try {
    return { status, body: JSON.parse(text) };
  } catch {
    return { status, body: text };
  }
}
