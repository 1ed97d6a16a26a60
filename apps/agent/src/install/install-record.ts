/**
 * Remembers, for every file that was changed, what it was before: a copy of its bytes and hashes of both texts. Written
 * before the file is, so that a run that was cut off can be finished or taken back.
 */

import { createHash } from 'node:crypto';
import type { Host } from './host.ts';
import { InstallError } from './install-error.ts';

export const RECORD_DIRECTORY = '/var/lib/pullgate/install';
const RECORD_PATH = `${RECORD_DIRECTORY}/record.json`;
const LOCK_PATH = `${RECORD_DIRECTORY}/lock`;

export interface RecordedFile {
  readonly path: string;
  /** Absent: there was no file. */
  readonly beforeHash?: string;
  readonly afterHash: string;
  /** What was written of ours, for the edit that takes it out again. */
  readonly ours: string;
  /** Of a file that was placed: a secret may be in it, so that only its hash is kept, and it goes whatever it holds. */
  readonly placed?: Placement;
}

export interface Placement {
  /** The agent's directory, with the rights of whose owner the file is written and removed; absent: with root's. */
  readonly agentDir?: string;
}

interface InstallRecord {
  readonly version: 1;
  readonly files: readonly RecordedFile[];
}

export const toHash = (text: string): string => createHash('sha256').update(text, 'latin1').digest('hex');

/** @throws InstallError INSTALL_RECORD_INVALID */
export function loadRecord(host: Host): readonly RecordedFile[] {
  const text = host.load(RECORD_PATH);
  if (text === undefined) return [];
  try {
    const { version, files } = JSON.parse(Buffer.from(text, 'latin1').toString('utf8')) as InstallRecord;
    if (version === 1 && Array.isArray(files)) return files;
  } catch (cause) {
    throw toInvalid(cause);
  }
  throw toInvalid();
}

const toInvalid = (cause?: unknown): InstallError =>
  new InstallError('INSTALL_RECORD_INVALID', `${RECORD_PATH} is not a record of what install changed`, {
    hint: 'move it away and install again; the copies beside it are the files as they were',
    cause,
  });

/** The file as it was before; undefined when there was none. */
export function loadOriginal(host: Host, recorded: RecordedFile): string | undefined {
  return recorded.beforeHash === undefined ? undefined : host.load(toCopyPath(recorded.beforeHash));
}

const toCopyPath = (hash: string): string => `${RECORD_DIRECTORY}/${hash}.saved`;

/** Only root may read the copies: a proxy's password can be in one. */
export function storeRecorded(host: Host, recorded: RecordedFile, original: string | undefined): void {
  if (original !== undefined) host.store(toCopyPath(toHash(original)), original, 0o600);
  const others = loadRecord(host).filter(({ path }) => path !== recorded.path);
  storeRecord(host, [...others, recorded]);
}

export function forgetRecorded(host: Host, path: string): void {
  const files = loadRecord(host);
  const gone = files.find((file) => file.path === path);
  const left = files.filter((file) => file.path !== path);
  storeRecord(host, left);
  const hash = gone?.beforeHash;
  if (hash !== undefined && !left.some((file) => file.beforeHash === hash)) host.remove(toCopyPath(hash));
  if (left.length === 0) host.remove(RECORD_PATH);
}

/** Holds the record while something is done; with its last file the lock goes as well. @throws InstallError INSTALL_BUSY */
export function withRecord(host: Host, act: () => void): void {
  const release = host.lock(LOCK_PATH);
  try {
    act();
  } finally {
    if (!host.exists(RECORD_PATH)) host.remove(LOCK_PATH);
    release();
  }
}

function storeRecord(host: Host, files: readonly RecordedFile[]): void {
  const record: InstallRecord = { version: 1, files };
  const text = Buffer.from(`${JSON.stringify(record, null, 2)}\n`, 'utf8').toString('latin1');
  host.store(RECORD_PATH, text, 0o600);
}
