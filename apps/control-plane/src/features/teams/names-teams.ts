/** Which teams a policy names: in its rules and in its modes. Pure. */

import type { PolicyDocument } from '@pullgate/policy';

/** Each team once, with the place that names it first, as a JSON pointer. */
export function namesTeams(document: PolicyDocument): Map<string, string> {
  const places = new Map<string, string>();
  const note = (path: string, teams: readonly string[] = []) => {
    for (const team of teams) if (!places.has(team)) places.set(team, path);
  };
  for (const { id, teams } of document.registries) note(`/registries/${id}`, teams);
  for (const { id, teams } of document.deny) note(`/deny/${id}`, teams);
  note('/mode/teams', Object.keys(document.mode.teams));
  return places;
}
