/** What wiring needs of the machine: files below a root, commands, who runs it. The one seam to the operating system. */

import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createConnection } from 'node:net';
import { dirname, join } from 'node:path';
import { toWriteFailed } from './install-error.ts';
import { lockInstall } from './install-lock.ts';

export interface CommandResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface FileOwner {
  readonly uid: number;
  /** Whether accounts other than the owner may write it. */
  readonly isOpen: boolean;
}

export interface Host {
  /** `/` outside tests and images; every path is below it. */
  readonly root: string;
  readonly isRoot: boolean;
  /** The file's bytes as one character each; undefined when there is none. */
  load(path: string): string | undefined;
  /** Names in a directory, sorted; empty when there is none. */
  list(path: string): readonly string[];
  exists(path: string): boolean;
  ownerOf(path: string): FileOwner | undefined;
  /** The bytes of a file that others may have put there; undefined for whatever is no file, is a link, or is larger. */
  loadForeign(path: string, maxBytes: number): string | undefined;
  /** Replaces the file in one step, keeping its mode and owner; `mode` is for a new one. */
  store(path: string, text: string, mode: number): void;
  remove(path: string): void;
  /** Removes a directory when nothing is in it. */
  removeEmpty(path: string): void;
  /**
   * Acts with the rights of a directory's owner. Stops an account without rights from leading root elsewhere by links that it
   * puts into its own directory: they lead nowhere it could not go itself.
   */
  actAsOwnerOf<T>(directory: string, act: () => T): T;
  /** Waits until nobody else holds it; returns what gives it up. @throws InstallError INSTALL_BUSY */
  lock(path: string): () => void;
  run(command: readonly string[]): CommandResult;
  /** Whether somebody listens at a TCP address of this machine. */
  isListening(host: string, port: number): Promise<boolean>;
}

/** A command that hangs must not hang the person; restarting Docker with many containers takes a while. */
const COMMAND_LIMIT_MS = 120_000;
const CONNECT_LIMIT_MS = 1_000;

export function createHost(root: string): Host {
  const at = (path: string): string => join(root, path);
  return {
    root,
    isRoot: process.getuid?.() === 0,
    load: (path) => unlessAbsent(() => readFileSync(at(path), 'latin1')),
    list: (path) => unlessAbsent(() => readdirSync(at(path)).sort()) ?? [],
    exists: (path) => unlessAbsent(() => statSync(at(path))) !== undefined,
    ownerOf: (path) => unlessAbsent(() => readOwner(at(path))),
    loadForeign: (path, maxBytes) => loadForeign(at(path), maxBytes),
    store: (path, text, mode) => storeFile(at(path), text, mode),
    remove: (path) => rmSync(at(path), { force: true }),
    removeEmpty: (path) => removeEmpty(at(path)),
    lock: (path) => lockInstall(at(path)),
    actAsOwnerOf: (directory, act) => actAsOwnerOf(at(directory), act),
    run: ([file = '', ...args]) => {
      const { status, stdout, stderr, error } = spawnSync(file, args, {
        encoding: 'utf8',
        timeout: COMMAND_LIMIT_MS,
      });
      return { status: status ?? 127, stdout: stdout ?? '', stderr: error?.message ?? stderr };
    },
    isListening,
  };
}

function unlessAbsent<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

const WRITABLE_BY_OTHERS = 0o022;

function readOwner(path: string): FileOwner {
  const { uid, mode } = statSync(path);
  return { uid, isOpen: (mode & WRITABLE_BY_OTHERS) !== 0 };
}

function loadForeign(path: string, maxBytes: number): string | undefined {
  let file: number | undefined;
  try {
    // A pipe put there would otherwise hold root until somebody writes to it.
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const found = fstatSync(file);
    return found.isFile() && found.size <= maxBytes ? readFileSync(file, 'latin1') : undefined;
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function removeEmpty(path: string): void {
  try {
    rmdirSync(path);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!['ENOENT', 'ENOTDIR', 'ENOTEMPTY', 'EEXIST'].includes(code)) throw error;
  }
}

/** Everything in `act` is synchronous, so that nothing else of this process runs meanwhile. */
function actAsOwnerOf<T>(directory: string, act: () => T): T {
  const owner = unlessAbsent(() => statSync(directory));
  if (owner === undefined || owner.uid === 0 || process.geteuid?.() !== 0) return act();
  const before = { groups: process.getgroups?.() ?? [], gid: process.getegid?.() ?? 0 };
  process.setgroups?.([owner.gid]);
  process.setegid?.(owner.gid);
  process.seteuid?.(owner.uid);
  try {
    return act();
  } finally {
    process.seteuid?.(0);
    process.setegid?.(before.gid);
    process.setgroups?.(before.groups);
  }
}

function storeFile(path: string, text: string, mode: number): void {
  const next = `${path}.pullgate-new`;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
    const old = unlessAbsent(() => statSync(path));
    writeSynced(next, text);
    if (old !== undefined) chownSync(next, old.uid, old.gid);
    chmodSync(next, old === undefined ? mode : old.mode & 0o7777);
    renameSync(next, path);
  } catch (cause) {
    rmSync(next, { force: true });
    throw toWriteFailed(path, cause);
  }
}

function writeSynced(path: string, text: string): void {
  const file = openSync(path, 'w', 0o600);
  try {
    // Until all of it is written: a disk that fills up takes a part, and says no only then.
    writeFileSync(file, text, 'latin1');
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function isListening(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host, port, timeout: CONNECT_LIMIT_MS });
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => end(true));
    socket.once('timeout', () => end(false));
    socket.once('error', () => end(false));
  });
}
