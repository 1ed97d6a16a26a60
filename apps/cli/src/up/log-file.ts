/** The log of one child: a file that is set aside once it is large, and the last line for messages. */

import { closeSync, openSync, renameSync, statSync, writeSync } from 'node:fs';

export interface LogFile {
  readonly path: string;
  write(chunk: Uint8Array): void;
  lastLine(): string;
  close(): void;
}

/** Enough for days of ordinary work; with the one set aside never more than twice this. */
const MAX_BYTES = 10_000_000;
const TAIL_CHARS = 4_000;

/** @param echo gets everything too, for `--verbose` */
export function openLogFile(path: string, echo?: (chunk: Uint8Array) => void): LogFile {
  let file = open(path);
  let tail = '';
  return {
    path,
    write(chunk) {
      if (file.bytes > MAX_BYTES) {
        closeSync(file.descriptor);
        renameSync(path, `${path}.1`);
        file = open(path);
      }
      file.bytes += writeSync(file.descriptor, chunk);
      tail = (tail + Buffer.from(chunk).toString('utf8')).slice(-TAIL_CHARS);
      echo?.(chunk);
    },
    lastLine: () => tail.trimEnd().split('\n').at(-1) ?? '',
    close: () => closeSync(file.descriptor),
  };
}

function open(path: string): { descriptor: number; bytes: number } {
  return { descriptor: openSync(path, 'a', 0o600), bytes: statSync(path).size };
}
