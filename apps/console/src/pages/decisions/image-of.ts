/** What was asked for, as people write it. */

import type { Decision } from '../../api/decisions.ts';

export function imageOf({
  registry,
  repository,
  tag,
}: Pick<Decision, 'registry' | 'repository' | 'tag'>): string {
  return `${registry}${repository === undefined ? '' : `/${repository}`}${tag === undefined ? '' : `:${tag}`}`;
}
