/** Takes away what an earlier enrolment left behind: assignments count from one for each machine, the policy's revisions for the organization. */

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createBundleFiles } from '../bundle-store/bundle-files.ts';
import type { AgentPaths } from '../config.ts';

/**
 * The position of the policy stays, so that enrolling anew brings no older revision back. That of the assignment would refuse
 * the new machine's own for as long as the former one had lived.
 *
 * @param fingerprint of the recovery key of the organization that the machine joins
 */
export async function forgetFormerPlace({ dataDir }: AgentPaths, fingerprint: string): Promise<void> {
  const bundles = createBundleFiles(dataDir, fingerprint);
  const { policy, assignment } = await bundles.loadPositions();
  if (assignment !== undefined) await bundles.storePositions(policy === undefined ? {} : { policy });
  await rm(join(dataDir, 'assignment.bundle.json'), { force: true });
}
