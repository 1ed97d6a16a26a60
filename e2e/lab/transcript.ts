/** Transcripts of engines as a person reads them, made comparable, and their comparison with the ones kept in `golden/`. */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { config } from './config.ts';
import type { Outcome } from './lab.ts';

const GOLDEN = join(import.meta.dirname, '../golden');

/** What differs between two equal runs, and the placeholder that stands for it. Order matters: long forms first. */
const PLACEHOLDERS: readonly (readonly [RegExp, string])[] = [
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what colours begin with
  [/\u001b\[[0-9;]*[a-zA-Z]/g, ''],
  [/\bsha256:[0-9a-f]{64}\b/g, 'sha256:<digest>'],
  [/\b[0-9a-f]{64}\b/g, '<id>'],
  [/(?<![0-9a-zA-Z])[0-9a-f]{11,12}(?![0-9a-zA-Z])/g, '<id>'],
  [/time="[^"]*"/g, 'time="<time>"'],
  [/^done: [0-9.]+m?s\s*$/gm, 'done: <time>'],
  [/"size":\d+/g, '"size":<size>'],
  [/\bsize: \d+/g, 'size: <size>'],
  [/(Docker daemon +)[0-9.]+k?B/g, '$1<size>'],
  [/, r\d+\)/g, ', r<n>)'],
  [/(#)\d+( ERROR)/g, '$1<n>$2'],
  // buildx prints the one or the other of two errors, whichever reached it first
  [/failed to run Build function: /g, 'failed to solve: '],
  // of several blobs that are pushed at once, some are mounted: whichever was refused first is named
  [/(\/blobs\/uploads\/)\?mount=\S+?&from=[^\s:]+/g, '$1'],
];

/** Progress: how much of it is printed, and in which order, depends on speed. */
const PROGRESS: readonly RegExp[] = [
  // docker pull and push: "76b070ba4481: Pull complete"
  /^<id>: (Pulling|Waiting|Verifying|Download|Extracting|Pull complete|Preparing|Pushing|Pushed|Mounted|Layer already)/,
  // BuildKit's plain log, all but its errors
  /^#\d+( |$)/,
  // ctr's table
  /^\S+: +(resolv|wait|download|upload|done|exists|extract)[a-z]* +\|/,
  /^elapsed: /,
  // "podman pull" of several blobs at once
  /^Copying (blob|config) /,
];

/** Writes down a command and what came of it, with placeholders for what two equal runs do not share. */
export function toTranscript(argv: readonly string[], outcome: Outcome): string {
  let text = outcome.output.replaceAll('\r\n', '\n');
  for (const [pattern, placeholder] of PLACEHOLDERS) text = text.replace(pattern, placeholder);
  const lines = text
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '' && !PROGRESS.some((pattern) => pattern.test(line)));
  return [`$ ${argv.join(' ')}`, ...lines, `exit ${outcome.code}`, ''].join('\n');
}

/** Compares with `golden/NAME.txt` to the byte; a transcript that is not kept yet is a failure, not a first version. */
export function expectGolden(name: string, transcript: string, isUpdate = config.isGoldenUpdate): void {
  const path = join(GOLDEN, `${name}.txt`);
  if (isUpdate) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, transcript);
  }
  const kept = existsSync(path)
    ? readFileSync(path, 'utf8')
    : `nothing: run with UPDATE_GOLDEN=1 to keep golden/${name}.txt`;
  expect(transcript).toBe(kept);
}
