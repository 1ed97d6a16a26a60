/**
 * Enrols a machine that nobody sits at (MDM, cloud-init): reads `enrolment.json` once at the start of the agent, and deletes
 * it after use. One with a token waits for the network, a prepared machine needs none. Leaves enrolling itself to
 * `enroll-machine.ts` and `install-prepared.ts`.
 */

import { access } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { Logger } from 'pino';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { AgentError } from '../agent-error.ts';
import type { AgentPaths } from '../config.ts';
import { createBackoff, pause } from '../control-plane/backoff.ts';
import { enrollMachine } from './enroll-machine.ts';
import { installPrepared } from './install-prepared.ts';
import { isPrepared, type PreparedMachine, parsePrepared } from './prepared-machine.ts';
import { discardSecretFile, readSecretJson } from './secret-file.ts';

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
  const where = {
    ...(dataDir === undefined ? {} : { dataDir }),
    ...(machineIdPath === undefined ? {} : { machineIdPath }),
  };
  if ('kind' in file) await installPrepared(file, where);
  else await enrolByToken(file, where, options);
  // A prepared machine is one machine: its file is never kept.
  if ('kind' in file || file.keep !== true) await discardSecretFile(paths.enrolmentFile);
  log.info('machine enrolled by its enrolment file');
}

async function enrolByToken(
  { keep: _, name = hostname(), ...rest }: EnrolmentFile,
  where: Pick<UnattendedOptions, 'dataDir' | 'machineIdPath'>,
  options: UnattendedOptions,
): Promise<void> {
  await untilReachable(() => enrollMachine({ ...rest, name, ...where }), options);
}

/** Undefined when there is none. @throws AgentError `ENROLMENT_FILE_UNUSABLE`; neither token nor key is in a message. */
export async function loadEnrolmentFile(path: string): Promise<EnrolmentFile | PreparedMachine | undefined> {
  const value = await readSecretJson(path);
  if (value === undefined) return undefined;
  if (isPrepared(value)) return parsePrepared(value, path);
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
