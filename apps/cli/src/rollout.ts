/** Waits until the machines have a revision in force, and says how many do. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Rollout } from '@pullgate/protocol';
import type { ApiClient } from './api-client.ts';
import { formatCount, formatNumber, formatSeconds } from './wording.ts';

/** Agents that are connected answer well within a second; who has not after three is shown as missing. */
const WAIT_MS = 3_000;
const POLL_MS = 100;

export async function waitForRollout(client: ApiClient, revision: number): Promise<Rollout> {
  const deadline = performance.now() + WAIT_MS;
  for (;;) {
    const rollout = await client.fetchRollout(revision);
    const isDone = rollout.acknowledged + rollout.offline + rollout.rejected >= rollout.machines;
    if (isDone || performance.now() >= deadline) return rollout;
    await sleep(POLL_MS);
  }
}

/** `r2 published · enforced on 1 of 1 machine in 0.2 s` */
export function formatRollout(rollout: Rollout, mode: string): string {
  const { revision, machines, acknowledged, offline, rejected, elapsedMs } = rollout;
  const missing = machines - acknowledged - offline - rejected;
  const verb = { enforce: 'enforced on', observe: 'observed on' }[mode] ?? 'taken by';
  const reach =
    machines === 0
      ? 'no machine is enrolled yet'
      : `${verb} ${formatNumber(acknowledged)} of ${formatCount(machines, 'machine')}`;
  const time = acknowledged > 0 && elapsedMs !== undefined ? ` in ${formatSeconds(elapsedMs)}` : '';
  return [
    `r${revision} published`,
    `${reach}${time}`,
    ...(missing > 0 ? [`${formatNumber(missing)} not yet (pullgate machine list)`] : []),
    ...(offline > 0 ? [`${formatNumber(offline)} offline`] : []),
    ...(rejected > 0 ? [`${formatNumber(rejected)} rejected it (pullgate machine list)`] : []),
  ].join(' · ');
}
