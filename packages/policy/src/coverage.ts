/** Says whether one rule covers what is wanted, by its definition: the index must give the same answer faster. */

import {
  DOCKER_HUB,
  matchRepository,
  matchTag,
  parseRepositoryPattern,
  parseTagPattern,
} from '@pullgate/reference';
import { ANY_ACTION, type Certainty, type Rule, type Wanted } from './rule-index.ts';
import { ACTIONS } from './types.ts';

export type Uncovered = 'expired' | 'team' | 'repository' | 'action' | 'version';

/** The first thing that keeps the rule from covering this; `undefined` when it covers it. The host is not looked at. */
export function firstUncovered(rule: Rule, wanted: Wanted, certainty: Certainty): Uncovered | undefined {
  if (rule.expiresAt !== undefined && rule.expiresAt <= wanted.now) return 'expired';
  if (rule.teams !== undefined && !rule.teams.some((team) => wanted.teams.includes(team))) return 'team';
  if (!coversRepository(rule, wanted, certainty)) return 'repository';
  if (!coversAction(rule, wanted, certainty)) return 'action';
  return coversVersion(rule, wanted, certainty) ? undefined : 'version';
}

function coversRepository(rule: Rule, { repository }: Wanted, certainty: Certainty): boolean {
  if (rule.repositories === undefined) return true;
  if (repository === undefined) return certainty === 'possible';
  const isHub = rule.pattern.kind === 'exact' && rule.pattern.host === DOCKER_HUB;
  return rule.repositories.some((text) => {
    const pattern = isHub && !/[*/]/.test(text) ? `library/${text}` : text;
    return matchRepository(parseRepositoryPattern(pattern), repository);
  });
}

function coversAction(rule: Rule, { slot }: Wanted, certainty: Certainty): boolean {
  if (slot === ANY_ACTION)
    return certainty === 'possible' || ACTIONS.every((action) => rule.actions.includes(action));
  return rule.actions.some((action) => ACTIONS.indexOf(action) === slot);
}

/** A query without a repository has no version either. */
function coversVersion(rule: Rule, { repository, tag, digest }: Wanted, certainty: Certainty): boolean {
  if (rule.tags === undefined && rule.digests === undefined) return true;
  const isUnknown = repository === undefined || (tag === undefined && digest === undefined);
  if (isUnknown) return certainty === 'possible';
  const byTag = tag !== undefined && rule.tags?.some((text) => matchTag(parseTagPattern(text), tag)) === true;
  return byTag || (digest !== undefined && rule.digests?.includes(digest) === true);
}
