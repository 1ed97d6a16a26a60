/** Runs one of the operating system's own readers (`plutil`, `reg`), without a shell and within limits. */

import { execFile } from 'node:child_process';

/** They answer at once; one that hangs must not keep the agent from reading the rest. */
const LIMIT_MS = 5_000;
const MAX_OUTPUT_BYTES = 1024 * 1024;

export interface ReaderResult {
  /** -1: it could not be run, or was stopped. */
  readonly status: number;
  readonly output: Uint8Array;
}

export function runReader(file: string, args: readonly string[]): Promise<ReaderResult> {
  return new Promise((resolve) => {
    const options = { encoding: 'buffer', timeout: LIMIT_MS, maxBuffer: MAX_OUTPUT_BYTES } as const;
    execFile(file, [...args], options, (error, output) => {
      const status = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ status, output });
    });
  });
}
