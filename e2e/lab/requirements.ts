/** Says whether this machine can hold a laboratory, and if not, why; leaves installing what is missing to the scripts. */

import { execFileSync, spawnSync } from 'node:child_process';
import { LAB_PATH } from './lab.ts';

const COMMANDS = [
  'unshare',
  'nsenter',
  'ip',
  'iptables',
  'openssl',
  'busybox',
  'docker-registry',
  'dockerd',
  'docker',
  'containerd',
  'ctr',
  'runc',
  'crun',
  'podman',
  'buildah',
  'skopeo',
  'setpriv',
  'service',
  'ps',
];

/** The reason why no laboratory can be built here, or undefined where one can. Changes nothing. */
export function findObstacle(): string | undefined {
  if (process.platform !== 'linux') return `needs Linux, and this is ${process.platform}`;
  if (process.getuid?.() !== 0) return 'needs root, to make namespaces and to run engines';
  const look = `PATH=${LAB_PATH}; for name; do command -v "$name" >/dev/null || echo "$name"; done`;
  const missing = execFileSync('sh', ['-c', look, 'look', ...COMMANDS], { encoding: 'utf8' })
    .split('\n')
    .slice(0, -1);
  if (missing.length > 0) return `needs programs that are not installed: ${missing.join(', ')}`;
  const unshare = spawnSync('unshare', ['--mount', '--net', '--pid', '--fork', 'true'], { encoding: 'utf8' });
  if (unshare.status !== 0) return `cannot make namespaces: ${unshare.stderr.trim()}`;
  return undefined;
}

/** Title of a suite: names the reason when the suite cannot run here, since a skipped test must say why. */
export function toTitle(title: string, obstacle: string | undefined): string {
  return obstacle === undefined ? title : `${title} (skipped: ${obstacle})`;
}
