/**
 * Enrols a machine that nobody sits at (MDM, cloud-init): reads `enrolment.json` once at the start of the agent, waits for
 * the network, and deletes the file after use. Leaves enrolling itself to `enroll-machine.ts`.
 */

import { access, lstat, readFile, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { Logger } from 'pino';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { AgentError, systemCodeOf } from '../agent-error.ts';
import type { AgentPaths } from '../config.ts';
import { createBackoff, pause } from '../control-plane/backoff.ts';
import { enrollMachine } from './enroll-machine.ts';

/** `enrolment.json`. */
export const EnrolmentFile = Type.Object(
  {
    server: Type.String({ minLength: 1, maxLength: 2048 }),
    token: Type.String({ minLength: 1, maxLength: 256 }),
    /** Of the organization's recovery key: whoever else answers at this name enrols nobody. */
    fingerprint: Type.String({ minLength: 1, maxLength: 256 }),
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 253 })),
    caFile: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
    allowHttp: Type.Optional(Type.Boolean()),
    /** For reusable tokens: stays where it is, so that a clone of this machine can enrol itself. */
    keep: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);
export type EnrolmentFile = Static<typeof EnrolmentFile>;

const MAX_FILE_BYTES = 16 * 1024;

export interface UnattendedOptions {
  readonly paths: AgentPaths;
  readonly dataDir?: string;
  readonly log: Logger;
  /** Ends the wait for the network. */
  readonly signal?: AbortSignal;
  /** The system's own unless given. */
  readonly machineIdPath?: string;
  readonly retry?: { readonly baseMs: number; readonly maxMs: number };
}

/**
 * Does nothing on a machine that is enrolled, or has no such file.
 *
 * @throws AgentError `ENROLMENT_FILE_UNUSABLE`, and what enrolling throws, but for a control plane that is away.
 */
export async function enrolUnattended(options: UnattendedOptions): Promise<void> {
  const { paths, log, dataDir, machineIdPath } = options;
  if (await exists(paths.configFile)) return;
  const file = await loadEnrolmentFile(paths.enrolmentFile);
  if (file === undefined) return;
  const { keep, name = hostname(), ...rest } = file;
  const where = {
    ...(dataDir === undefined ? {} : { dataDir }),
    ...(machineIdPath === undefined ? {} : { machineIdPath }),
  };
  await untilReachable(() => enrollMachine({ ...rest, name, ...where }), options);
  if (keep !== true) await unlink(paths.enrolmentFile);
  log.info({ server: file.server }, 'machine enrolled by its enrolment file');
}

/** Undefined when there is none. @throws AgentError `ENROLMENT_FILE_UNUSABLE`; the token is in no message. */
export async function loadEnrolmentFile(path: string): Promise<EnrolmentFile | undefined> {
  let value: unknown;
  try {
    const found = await lstat(path);
    // Whoever else could write it would choose the organization that this machine obeys; whoever reads it has the token.
    const isOwn = found.uid === 0 || found.uid === process.getuid?.();
    if (!found.isFile() || !isOwn || (found.mode & 0o077) !== 0 || found.size > MAX_FILE_BYTES)
      throw new AgentError('ENROLMENT_FILE_UNUSABLE', `expected ${path} to be a file of root with mode 0600`);
    value = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    if (error instanceof AgentError) throw error;
    if (systemCodeOf(error) === 'ENOENT') return undefined;
    throw new AgentError('ENROLMENT_FILE_UNUSABLE', `cannot read ${path} as JSON`);
  }
  if (Value.Check(EnrolmentFile, value)) return value;
  throw new AgentError('ENROLMENT_FILE_UNUSABLE', `expected { server, token, fingerprint } in ${path}`);
}

async function untilReachable(attempt: () => Promise<unknown>, options: UnattendedOptions): Promise<void> {
  const { log, signal = new AbortController().signal } = options;
  const backoff = createBackoff(options.retry ?? { baseMs: 1_000, maxMs: 60_000 });
  for (;;) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (!isAway(error) || signal.aborted) throw error;
      log.info({ err: error }, 'waiting for the control plane to enrol this machine');
      await pause(backoff.nextMs(), signal);
      if (signal.aborted) throw error;
    }
  }
}

/** Not there, too busy, or ill: a refusal for good has another status. */
function isAway(error: unknown): boolean {
  if (!(error instanceof AgentError)) return false;
  const status = error.answer?.status ?? 0;
  return error.code === 'SERVER_UNREACHABLE' || status === 429 || status >= 500;
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
