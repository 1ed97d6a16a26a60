/** Tells of teams that a policy names and the organization does not have. Pure. */

import type { PolicyDocument } from '@pullgate/policy';
import type { PolicyDraft } from '@pullgate/protocol';
import { namesTeams } from './names-teams.ts';

type Warning = PolicyDraft['warnings'][number];

/** A warning only: a policy may be written before the directory brings its teams. */
export function warnOfTeams(document: PolicyDocument, slugs: readonly string[]): Warning[] {
  return [...namesTeams(document)]
    .filter(([team]) => !slugs.includes(team))
    .map(([team, path]) => ({
      code: 'TEAM_UNKNOWN',
      path,
      message: `the organization has no team ${team}: this holds for nobody until it is made`,
      severity: 'warning',
    }));
}
