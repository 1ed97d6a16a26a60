/** Groups of an identity provider or a directory give teams that exist. */

import type { GroupMapping } from '@pullgate/protocol';
import { ControlPlaneError } from '../../errors.ts';

/** @throws ControlPlaneError REQUEST_INVALID with a problem for each team that there is none of */
export function refuseUnknownTeams(known: readonly string[], mappings: readonly GroupMapping[]): void {
  const problems = mappings.flatMap(({ teams = [] }, at) =>
    teams
      .filter((slug) => !known.includes(slug))
      .map((slug) => ({ code: 'team', path: `/mappings/${at}/teams`, message: `there is no team ${slug}` })),
  );
  if (problems.length === 0) return;
  throw new ControlPlaneError('REQUEST_INVALID', 'a mapping names a team that does not exist', {
    hint: 'create the team first',
    problems,
  });
}
