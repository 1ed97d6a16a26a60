/** Holds the coded error of the agent and its closed union of codes, each with what to do next. */

import { CodedError, type CodedErrorOptions } from '@pullgate/errors';

export const AGENT_ERROR_CODES = [
  /** There is no `agent.json`: the machine is not enrolled. */
  'CONFIG_MISSING',
  'CONFIG_INVALID',
  /** A file or directory of the agent cannot be read or written. */
  'DATA_DIR_UNUSABLE',
  /** The machine's private key is missing or damaged. */
  'KEY_UNUSABLE',
  'ALREADY_ENROLLED',
  /** `enrolment.json` is malformed, or somebody else could have written it. */
  'ENROLMENT_FILE_UNUSABLE',
  /** The key was made on another machine: this one is an image of it. */
  'MACHINE_CLONED',
  'AGENT_RUNNING',
  /** A local socket cannot be made. */
  'SOCKET_UNUSABLE',
  /** Nobody answers on a local socket. */
  'AGENT_UNREACHABLE',
  /** Plain HTTP to a server beyond loopback. */
  'SERVER_INSECURE',
  'SERVER_UNREACHABLE',
  /** The server answered with an error. */
  'SERVER_REFUSED',
  /** The server answered with what the protocol does not know. */
  'SERVER_ANSWER_INVALID',
  /** The server does not accept a person's token. */
  'SESSION_REFUSED',
  /** Answers of the local sockets. */
  'LOCAL_REQUEST_INVALID',
  'LOCAL_ROUTE_UNKNOWN',
  'LOCAL_REQUEST_TOO_LARGE',
  'LOCAL_FORBIDDEN',
  'LOCAL_FAILED',
] as const;
export type AgentErrorCode = (typeof AGENT_ERROR_CODES)[number];

const HINTS: Readonly<Record<AgentErrorCode, string>> = {
  CONFIG_MISSING: 'enroll this machine: pullgate machine enroll --server URL --token TOKEN',
  CONFIG_INVALID: 'mend the file, or enroll the machine again',
  DATA_DIR_UNUSABLE: "the directory must belong to the agent's user, on a disk that is writable",
  KEY_UNUSABLE: 'restore the file with mode 0600, or enroll the machine again',
  ALREADY_ENROLLED: 'remove agent.json first to enroll it anew',
  ENROLMENT_FILE_UNUSABLE: 'chown root, chmod 0600, and { "server", "token", "fingerprint" } in it',
  MACHINE_CLONED:
    'remove agent.json and the key, and enroll this machine, or leave an enrolment.json beside it',
  AGENT_RUNNING: 'stop the other agent, or use another --data-dir',
  SOCKET_UNUSABLE: 'the path must be free, shorter than 108 bytes, in a directory of the agent',
  AGENT_UNREACHABLE: 'start it: pullgate up, or pullgate agent run',
  SERVER_INSECURE: 'use https, or --allow-http where nobody else shares the network',
  SERVER_UNREACHABLE: 'check the server URL, the network, and the proxy in agent.json',
  SERVER_REFUSED: 'the code says why; the server log has the details',
  SERVER_ANSWER_INVALID: 'something between changes the answer, or the server is of another version',
  SESSION_REFUSED: 'sign in again: pullgate login; with --with-token, give a token that is in force',
  LOCAL_REQUEST_INVALID: 'send JSON as the protocol describes it',
  LOCAL_ROUTE_UNKNOWN:
    'the socket offers /v1/status, /v1/check and /v1/session; the rest is on the admin socket',
  LOCAL_REQUEST_TOO_LARGE: 'a request is at most 16 KiB',
  LOCAL_FORBIDDEN: 'ask as root, or as the user that runs the agent',
  LOCAL_FAILED: "the agent's log has the details",
};

/** One thing that is wrong in a document, with its place as a JSON pointer. */
export interface ConfigProblem {
  readonly path: string;
  readonly message: string;
}

export interface AgentErrorOptions extends CodedErrorOptions {
  readonly problems?: readonly ConfigProblem[];
  /** HTTP status and code of a server that refused. */
  readonly answer?: { readonly status: number; readonly code?: string };
}

/** Something that the agent cannot do. Never holds keys, tokens or proxy credentials. */
export class AgentError extends CodedError<AgentErrorCode> {
  override readonly name = 'AgentError';
  readonly problems: readonly ConfigProblem[];
  readonly answer: AgentErrorOptions['answer'];

  constructor(code: AgentErrorCode, message: string, options: AgentErrorOptions = {}) {
    super(code, message, { hint: HINTS[code], ...options });
    this.problems = options.problems ?? [];
    this.answer = options.answer;
  }
}

/** The `code` of a system error (`ENOENT`, …), if it has one. */
export function systemCodeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
}
