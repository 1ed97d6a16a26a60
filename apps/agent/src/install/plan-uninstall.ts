/** Makes the plan that takes everything back: what was recorded decides, not what would be installed today. Pure. */

import { ENGINES_PATH } from '../engines/wired-engines.ts';
import { isTrustPath } from '../trust/trust-paths.ts';
import {
  AGENT_UNIT,
  createAgentUnitEdits,
  ENROL_UNIT,
  TRUST_PATH_UNIT,
  TRUST_TIMER_UNIT,
} from './agent-unit.ts';
import { createDaemonJsonEdit } from './daemon-json.ts';
import { DROP_IN_PATH } from './docker-engine.ts';
import { createEnvironmentBlockEdit } from './environment-block.ts';
import { createOwnFile, type FileEdit } from './file-edit.ts';
import type { RecordedFile } from './install-record.ts';
import { type FileState, type Plan, planTaking, planUndo, type Step } from './plan.ts';
import { createPromptEdits } from './sign-in-prompts.ts';

export interface UninstallInput {
  readonly files: readonly RecordedFile[];
  readonly hasSystemd: boolean;
  readonly isRestartWanted: boolean;
  readonly isLive: boolean;
  readonly runningContainers: readonly string[];
  readonly isLiveRestore: boolean;
  readonly stateOf: (path: string) => FileState;
}

export function planUninstall(input: UninstallInput): Plan {
  const unitPaths = new Set([
    ENGINES_PATH,
    ...createPromptEdits('').map(({ path }) => path),
    ...createAgentUnitEdits({ binPath: '', proxyListen: '' }).map(({ path }) => path),
    ...input.files.flatMap(({ path, placed }) => (placed !== undefined || isTrustPath(path) ? [path] : [])),
  ]);
  const undone = input.files.map((file) => ({
    path: file.path,
    ...(file.placed === undefined
      ? planUndo(toEdit(file.path, unitPaths), input.stateOf(file.path))
      : { steps: planTaking(file), notes: [] }),
  }));
  const isEngineChanged = undone.some(
    ({ path, steps }) => !unitPaths.has(path) && steps.some(({ kind }) => kind !== 'forget'),
  );
  // An agent that was installed by an older version has fewer units.
  const units = [TRUST_PATH_UNIT, TRUST_TIMER_UNIT, ENROL_UNIT, AGENT_UNIT].filter(
    (unit) => input.hasSystemd && input.isLive && input.files.some(({ path }) => path.endsWith(`/${unit}`)),
  );
  const isRestarted = isEngineChanged && input.isRestartWanted && input.isLive && input.hasSystemd;
  const run = (command: readonly string[], why: string): Step => ({ kind: 'run', command, why });
  return {
    steps: [
      // Docker first: it must not be left pointing at an agent that is gone
      ...undone.filter(({ path }) => !unitPaths.has(path)).flatMap(({ steps }) => steps),
      ...(isRestarted
        ? [
            run(['systemctl', 'daemon-reload'], 'systemd reads its files again'),
            run(['systemctl', 'restart', 'docker'], 'dockerd reads its proxy when it starts'),
          ]
        : []),
      ...(units.length > 0 ? [run(['systemctl', 'disable', '--now', ...units], 'the agent ends')] : []),
      ...undone.filter(({ path }) => unitPaths.has(path)).flatMap(({ steps }) => steps),
      ...(units.length > 0 ? [run(['systemctl', 'daemon-reload'], 'systemd reads its files again')] : []),
    ],
    restarts: isRestarted ? [toRestart(input)] : [],
    notes: [
      ...undone.flatMap(({ notes }) => notes),
      ...(isEngineChanged && !isRestarted && input.isLive
        ? [
            `Docker goes through the agent until it was restarted: ${input.hasSystemd ? 'systemctl restart docker' : 'service docker restart'}`,
          ]
        : []),
    ],
  };
}

/** By what stands in the path, since the machine may have another Docker now. */
function toEdit(path: string, unitPaths: ReadonlySet<string>): FileEdit {
  if (path === DROP_IN_PATH || unitPaths.has(path)) return createOwnFile(path, 'made by install', '');
  if (path.endsWith('.json')) return createDaemonJsonEdit(path, {});
  return createEnvironmentBlockEdit(path, {}, 'shell');
}

function toRestart(input: UninstallInput): Plan['restarts'][number] {
  const stops = input.isLiveRestore ? [] : input.runningContainers;
  const text =
    stops.length === 0
      ? 'Docker restarts; no container stops'
      : `Docker restarts; these containers stop: ${stops.join(', ')}`;
  return { engine: 'docker', stops, text };
}
