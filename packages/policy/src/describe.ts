/** Words rules for people: in differences, explanations and warnings. Leaves the sentence of a denial to `sentence.ts`. */

import type { Action, DenyRule, RegistryEntry } from './types.ts';

const GAP = '   ';

/** `quay.io   pull   prometheus/**`, with every further limit. */
export function describeEntry(entry: RegistryEntry): string {
  const what = entry.allow.length === 0 ? 'blocked' : entry.allow.join(', ');
  const extra = [
    entry.insecure === true ? 'plain HTTP' : undefined,
    entry.mirrorOf === undefined ? undefined : `mirror of ${entry.mirrorOf.registry}`,
    entry.whenHostOnly === undefined ? undefined : `when host only: ${entry.whenHostOnly}`,
  ];
  return joinColumns([entry.registry, what, ...describeLimits(entry), ...extra]);
}

/** `docker.io   denied   library/centos`. */
export function describeDenial(rule: DenyRule): string {
  const what = rule.actions === undefined ? 'denied' : `denied ${rule.actions.join(', ')}`;
  return joinColumns([rule.registry, what, ...describeLimits(rule)]);
}

function describeLimits(rule: Pick<DenyRule, 'repositories' | 'tags' | 'digests' | 'teams'>) {
  return [
    rule.repositories?.join(', '),
    rule.tags === undefined ? undefined : `tags ${rule.tags.join(', ')}`,
    rule.digests === undefined ? undefined : `digests ${rule.digests.map(shorten).join(', ')}`,
    rule.teams === undefined ? undefined : `teams ${rule.teams.join(', ')}`,
  ];
}

/** `sha256:` and twelve characters tell two digests apart in a list. */
function shorten(digest: string): string {
  return digest.slice(0, digest.indexOf(':') + 13);
}

function joinColumns(columns: readonly (string | undefined)[]): string {
  return columns.filter((column) => column !== undefined && column !== '').join(GAP);
}

/** `pull`, `pull and push`, `pull, push and delete`. */
export function joinWords(words: readonly (Action | string)[]): string {
  if (words.length < 2) return words.join('') || 'nothing';
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
