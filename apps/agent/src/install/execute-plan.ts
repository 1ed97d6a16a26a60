/** Does what a plan says, one step after the other. A run that is cut off is finished by the next one. */

import { directoriesOf, isTrustPath } from '../trust/trust-paths.ts';
import type { Host } from './host.ts';
import { InstallError } from './install-error.ts';
import { forgetRecorded, type Placement, storeRecorded, withRecord } from './install-record.ts';
import type { Plan, Step } from './plan.ts';

/** Files of other programs' configuration can be read by everybody. */
const NEW_FILE_MODE = 0o644;

/** Keys are among what is placed. */
const PLACED_FILE_MODE = 0o600;

/**
 * @param onStep hears of each step before it is done
 * @throws InstallError ROOT_NEEDED, INSTALL_BUSY, INSTALL_WRITE_FAILED, INSTALL_COMMAND_FAILED
 */
export function executePlan(host: Host, plan: Plan, onStep: (step: Step) => void): void {
  if (!host.isRoot) {
    throw new InstallError('ROOT_NEEDED', 'changing how engines are configured needs root', {
      hint: 'repeat it with sudo   (or look only: --dry-run)',
    });
  }
  withRecord(host, () => {
    for (const step of plan.steps) {
      onStep(step);
      executeStep(host, step);
    }
  });
}

function executeStep(host: Host, step: Step): void {
  if (step.kind === 'run') runCommand(host, step.command);
  else if (step.kind === 'forget') forgetRecorded(host, step.path);
  else if (step.kind === 'place') placeFile(host, step);
  else if (step.kind === 'take') takeFile(host, step);
  else if (step.kind === 'remove') {
    host.remove(step.path);
    if (isTrustPath(step.path)) removeEmptyAbove(host, step.path);
  } else {
    if (step.recorded !== undefined) storeRecorded(host, step.recorded, step.original);
    host.store(step.path, step.after, NEW_FILE_MODE);
  }
}

function placeFile(host: Host, step: Step & { readonly kind: 'place' }): void {
  storeRecorded(host, step.recorded, undefined);
  actInPlace(host, step.recorded.placed, () => host.store(step.path, step.text, PLACED_FILE_MODE));
}

function takeFile(host: Host, step: Step & { readonly kind: 'take' }): void {
  actInPlace(host, step.placed, () => {
    host.remove(step.path);
    removeEmptyAbove(host, step.path);
  });
}

/** An empty directory of a registry would still be taken by engines for all there is to know about it. */
function removeEmptyAbove(host: Host, path: string): void {
  for (const directory of directoriesOf(path)) host.removeEmpty(directory);
}

function actInPlace(host: Host, placed: Placement | undefined, act: () => void): void {
  if (placed?.agentDir === undefined) act();
  else host.actAsOwnerOf(placed.agentDir, act);
}

function runCommand(host: Host, command: readonly string[]): void {
  const { status, stderr } = host.run(command);
  if (status === 0) return;
  const why = stderr.trim().split('\n').at(-1) ?? '';
  throw new InstallError('INSTALL_COMMAND_FAILED', `${command.join(' ')} ended with ${status}: ${why}`, {
    hint: 'mend the cause and repeat the command; what was done already is not done twice',
  });
}
