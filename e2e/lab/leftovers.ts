/** Finds what a laboratory may have left on the machine, and clears away what one left that was killed with its holder. */

import { globSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

/** Names of laboratory directories and control groups begin with this. */
export const LAB_PREFIX = 'pullgate-lab-';

/** Everything on this machine that carries the name of a laboratory's directory: files, mounts, processes, control groups. */
export function findLeftovers(dir: string): readonly string[] {
  const name = basename(dir);
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  return [
    ...globSync([dir, `/sys/fs/cgroup/{*/,}${name}`]).map((path) => `file ${path}`),
    ...mounts.filter((line) => line.includes(name)).map((line) => `mount ${line}`),
    ...findProcesses(dir).map((pid) => `process ${pid}`),
  ];
}

/** Closes a laboratory, if it came to be. @throws Error when it leaves something on the machine */
export async function leave(
  lab: { readonly dir: string; close(): Promise<void> } | undefined,
): Promise<void> {
  if (lab === undefined) return;
  await lab.close();
  const left = findLeftovers(lab.dir);
  if (left.length > 0) throw new Error(`the laboratory has left ${left.join(', ')}`);
}

/** Pids of processes that name the directory in their command line, or that run in a mount namespace in which it is mounted. */
function findProcesses(dir: string): readonly string[] {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid) && pid !== String(process.pid))
    .filter((pid) => ['cmdline', 'mountinfo'].some((file) => readProc(pid, file).includes(dir)));
}

function readProc(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

/** A directory younger than this may belong to a laboratory that is being built and that nothing lives in yet. */
const BUILDING_MS = 60_000;

/** Removes the directories of laboratories that nothing lives in: their holder itself was killed before it could. */
export function removeStale(): void {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(LAB_PREFIX))) {
    const dir = join(tmpdir(), name);
    const isYoung = Date.now() - statSync(dir).mtimeMs < BUILDING_MS;
    if (!isYoung && findProcesses(dir).length === 0) rmSync(dir, { recursive: true, force: true });
  }
}
