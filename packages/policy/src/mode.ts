/** Says which mode counts for a subject (semantics 1). */

import type { CompiledModes } from './compile-policy.ts';
import type { Mode } from './types.ts';

const STRICTNESS: Readonly<Record<Mode, number>> = { off: 0, observe: 1, enforce: 2 };

export function strictest(a: Mode, b: Mode): Mode {
  return STRICTNESS[a] >= STRICTNESS[b] ? a : b;
}

/**
 * The machine's stage replaces the organization's default; modes of the subject's teams replace the default, the strictest
 * first; where both a stage and teams say something, the strictest of all counts.
 */
export function modeOf({ byDefault, stage, teams }: CompiledModes, memberOf: readonly string[]): Mode {
  let mode = stage;
  if (teams.size > 0) {
    for (const team of memberOf) {
      const ofTeam = teams.get(team);
      if (ofTeam !== undefined) mode = mode === undefined ? ofTeam : strictest(mode, ofTeam);
    }
  }
  return mode ?? byDefault;
}
