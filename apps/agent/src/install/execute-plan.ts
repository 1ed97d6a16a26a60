/** Does what a plan says, one step after the other. A run that is cut off is finished by the next one. */

import type { Host } from './host.ts';
import { InstallError } from './install-error.ts';
import { forgetRecorded, storeRecorded } from './install-record.ts';
import type { Plan, Step } from './plan.ts';

/** Files of other programs' configuration can be read by everybody. */
const NEW_FILE_MODE = 0o644;

/**
 * @param onStep hears of each step before it is done
 * @throws InstallError ROOT_NEEDED, INSTALL_WRITE_FAILED, INSTALL_COMMAND_FAILED
 */
export function executePlan(host: Host, plan: Plan, onStep: (step: Step) => void): void {
  if (!host.isRoot) {
    throw new InstallError('ROOT_NEEDED', 'changing how engines are configured needs root', {
      hint: 'repeat it with sudo   (or look only: --dry-run)',
    });
  }
  for (const step of plan.steps) {
    onStep(step);
    executeStep(host, step);
  }
}

function executeStep(host: Host, step: Step): void {
  if (step.kind === 'run') runCommand(host, step.command);
  else if (step.kind === 'forget') forgetRecorded(host, step.path);
  else if (step.kind === 'remove') host.remove(step.path);
  else {
    if (step.recorded !== undefined) storeRecorded(host, step.recorded, step.original);
    host.store(step.path, step.after, NEW_FILE_MODE);
  }
}

function runCommand(host: Host, command: readonly string[]): void {
  const { status, stderr } = host.run(command);
  if (status === 0) return;
  const why = stderr.trim().split('\n').at(-1) ?? '';
  throw new InstallError('INSTALL_COMMAND_FAILED', `${command.join(' ')} ended with ${status}: ${why}`, {
    hint: 'mend the cause and repeat the command; what was done already is not done twice',
  });
}
