/** A guest: a machine with the newer engines of Debian 13, in the network of a laboratory and with directories of its own. */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Lab, prepareDirectories, readOuterPid } from './lab.ts';

const REPOSITORY = join(import.meta.dirname, '../..');

export interface NewerRoot {
  /** Where it is; undefined where it could not be made. */
  readonly dir?: string;
  /** The reason why not. */
  readonly obstacle?: string;
}

/** Finds the root file system with the newer engines, or makes it, which takes a minute and needs Debian's mirror. */
export function findNewerRoot(): NewerRoot {
  try {
    const stdio = ['ignore', 'pipe', 'pipe'] as const;
    const script = join(import.meta.dirname, 'newer-root');
    return { dir: execFileSync(script, { encoding: 'utf8', stdio: [...stdio] }).trim() };
  } catch (error) {
    return { obstacle: String((error as { stderr?: string }).stderr).trim() };
  }
}

/**
 * Starts a guest in a laboratory, whose names it knows. It ends with `close`, with its laboratory, or with this process.
 * @param root as found by {@link findNewerRoot}; nothing is written to it
 */
export async function createGuest(
  lab: Lab,
  root: string,
  addresses: Readonly<Record<string, string>>,
): Promise<Lab> {
  const dir = join(lab.dir, 'guest');
  mkdirSync(dir);
  prepareDirectories(dir, addresses, root);
  const holder = hold(lab, [join(import.meta.dirname, 'guest-init'), dir, root, lab.dir, REPOSITORY]);
  return new Lab(dir, holder, await readOuterPid(holder), lab.name);
}

/** Below the laboratory's first process, so that it cannot outlive it; with the outside's mounts, to take what it needs of them. */
function hold(lab: Lab, init: readonly string[]): ChildProcess {
  const enter = ['--target', lab.pid, '--net', '--pid'];
  const apart = ['--mount', '--pid', '--fork', '--kill-child', '--propagation', 'private'];
  return spawn('nsenter', [...enter, 'unshare', ...apart, ...init], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  });
}
