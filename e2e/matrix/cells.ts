/** What the matrix is made of: five verbs, six rulings, and what each of them is tried on. Leaves to `engines.ts` how an engine spells a verb. */

import { ALLOWED, DENIED } from '../lab/names.ts';
import { HUB } from './names.ts';

export const VERBS = ['pull', 'push', 'mount', 'delete', 'list'] as const;
export type Verb = (typeof VERBS)[number];

/** What the policy says: allowed, or denied for the sake of one part of what is asked. Denied ones first: what is there already is not sent. */
export const RULINGS = ['host', 'action', 'repository', 'tag', 'digest', 'allowed'] as const;
export type Ruling = (typeof RULINGS)[number];

export interface Target {
  readonly registry: string;
  readonly repository: string;
  readonly tag: string;
}

export const toReference = ({ registry, repository, tag }: Target): string =>
  `${registry}/${repository}:${tag}`;

export interface Cell {
  readonly verb: Verb;
  readonly ruling: Ruling;
  readonly target: Target;
  /** The part of what is asked by which it is allowed, where that is not the repository. */
  readonly allowedBy?: 'tag';
}

/** First segment of the repositories to which a rule of the policy gives this ruling. */
const SPACES: Readonly<Record<Ruling, string>> = {
  allowed: 'team',
  host: 'team',
  action: 'readonly',
  repository: 'hidden',
  tag: 'tagged',
  digest: 'pinned',
};

/** What pulls and lists find there: where only pushing is allowed, they are denied by action. */
const toSpace = (verb: Verb, ruling: Ruling): string =>
  ruling === 'action' && (verb === 'pull' || verb === 'list') ? 'dropbox' : SPACES[ruling];

/** The tag that the policy's `tags` do not list. */
const toTag = (ruling: Ruling): string => (ruling === 'tag' ? 'old' : '1');

/** References that must be there before an engine begins. */
export const CLOSED_STOCK = [
  `${DENIED}/team/app:1`,
  ...['dropbox/app:1', 'readonly/app:1', 'hidden/app:1', 'tagged/app:old', 'pinned/app:1'].map(
    (reference) => `${ALLOWED}/${reference}`,
  ),
  `${HUB}/hidden/app:1`,
] as const;

/** What a mount takes its layers from. */
export const MOUNT_SOURCE: Target = { registry: ALLOWED, repository: 'team/other', tag: '1' };

/** Every cell of one engine and verb. A list names neither tag nor digest, so no rule of them can deny it. */
export function toCells(verb: Verb, engine: string): readonly Cell[] {
  const cells: readonly Cell[] = RULINGS.filter(
    (ruling) => verb !== 'list' || !['tag', 'digest'].includes(ruling),
  ).map((ruling) => ({ verb, ruling, target: toTarget(verb, ruling, engine) }));
  return verb === 'push' ? [...cells, toTaggedPush(engine)] : cells;
}

/** Some engines put manifests by digest, or look for them, before they put the tag that allows it. */
function toTaggedPush(engine: string): Cell {
  const target = { registry: ALLOWED, repository: `tagged/push-${engine}`, tag: 'ok-1' };
  return { verb: 'push', ruling: 'allowed', target, allowedBy: 'tag' };
}

function toTarget(verb: Verb, ruling: Ruling, engine: string): Target {
  return {
    registry: ruling === 'host' ? DENIED : ALLOWED,
    repository: `${toSpace(verb, ruling)}/${toName(verb, ruling, engine)}`,
    tag: toTag(ruling),
  };
}

/** What engines change, and what they must not have yet, is theirs alone. */
function toName(verb: Verb, ruling: Ruling, engine: string): string {
  if (ruling === 'allowed' && verb === 'list') return 'other';
  const isOwn = ruling === 'allowed' || verb === 'push' || verb === 'mount';
  return isOwn ? `${verb}-${engine}` : 'app';
}

/** The same with Docker Hub's names, under the rules that the policy has for it. */
export function toHubCells(verb: Verb, engine: string): readonly Cell[] {
  if (verb === 'pull') {
    return [
      { verb, ruling: 'repository', target: { registry: HUB, repository: 'hidden/app', tag: '1' } },
      { verb, ruling: 'allowed', target: { registry: HUB, repository: `library/pull-${engine}`, tag: '1' } },
    ];
  }
  if (verb !== 'push') return [];
  return [
    { verb, ruling: 'action', target: { registry: HUB, repository: `library/push-${engine}`, tag: '1' } },
    { verb, ruling: 'allowed', target: { registry: HUB, repository: `acme/push-${engine}`, tag: '1' } },
  ];
}
