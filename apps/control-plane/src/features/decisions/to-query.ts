/** Turns a recorded decision back into the question that it answered. */

import type { AccessQuery, Action } from '@pullgate/policy';
import { parseRegistryHost, parseRepository, parseTag } from '@pullgate/reference';
import type { DecisionsTable } from './tables.ts';

export interface RecordedQuestion extends Pick<DecisionsTable, 'registry' | 'repository' | 'tag' | 'depth'> {
  readonly action: Action | null;
}

/**
 * @param isDeep whether the machine has a point that sees more than the host
 * @throws InvalidReferenceError for what was recorded but is no reference
 */
export function toQuery(
  { registry, repository, tag, action, depth }: RecordedQuestion,
  subject: AccessQuery['subject'],
  isDeep: boolean,
  now: number,
): AccessQuery {
  return {
    registry: parseRegistryHost(registry),
    ...(repository === null ? {} : { repository: parseRepository(repository) }),
    ...(tag === null ? {} : { tag: parseTag(tag) }),
    ...(action === null ? {} : { action }),
    subject,
    point: depth === 'host' ? 'proxy' : 'gateway',
    deeper: isDeep,
    now,
  };
}
