/** Says how dockerd learns of other mirrors: by SIGHUP, without a restart. Pure. */

import type { Step } from './plan.ts';

export interface ReloadInput {
  readonly isChanged: boolean;
  readonly isLive: boolean;
  readonly hasSystemd: boolean;
}

export function planMirrorReload({ isChanged, isLive, hasSystemd }: ReloadInput): {
  readonly steps: readonly Step[];
  readonly notes: readonly string[];
} {
  if (!isChanged || !isLive) return { steps: [], notes: [] };
  if (!hasSystemd) {
    const command = 'kill -HUP "$(cat /run/docker.pid)"';
    return { steps: [], notes: [`Docker asks the mirrors once it has read its file again: ${command}`] };
  }
  const why = 'dockerd reads its mirrors again; containers go on';
  // `reload` alone fails where docker does not run
  return {
    steps: [{ kind: 'run', command: ['systemctl', 'try-reload-or-restart', 'docker'], why }],
    notes: [],
  };
}
