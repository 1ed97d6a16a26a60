/** What the draft needs so that what was asked is allowed or denied, and nothing beyond it. Pure. */

import type { Schemas } from '../../api/client.ts';

export type Entry = Schemas['RegistryItem'];
export type ActionName = Entry['allow'][number];

export interface Wish {
  readonly registry: string;
  /** A repository or a pattern of them; undefined: all. */
  readonly repository?: string;
  /** Empty: every action. */
  readonly actions: readonly ActionName[];
  readonly because?: string;
}

export type AllowPlan =
  | { readonly kind: 'add'; readonly body: Schemas['AddRegistry'] }
  | { readonly kind: 'widen'; readonly id: string; readonly body: Schemas['EditRegistry'] }
  | { readonly kind: 'there'; readonly id: string };

/**
 * An entry is widened only where that opens nothing else: a repository is added to an entry of the same actions,
 * an action to an entry of the same repository. Otherwise the wish becomes an entry of its own.
 */
export function planAllow(entries: readonly Entry[], wish: Wish): AllowPlan {
  const { repository, actions } = wish;
  const plain = entries.filter(isPlain);
  const there = plain.find(
    (entry) => isSame(entry.repositories, repository) && isWithin(actions, entry.allow),
  );
  if (there !== undefined) return { kind: 'there', id: there.id };
  const sameActions = plain.find(
    ({ allow, repositories }) =>
      isWithin(actions, allow) && isWithin(allow, actions) && repositories !== undefined,
  );
  if (sameActions !== undefined) {
    const repositories = repository === undefined ? null : [...(sameActions.repositories ?? []), repository];
    return { kind: 'widen', id: sameActions.id, body: { repositories } };
  }
  const sameScope = plain.find(({ repositories }) => isSame(repositories, repository));
  if (sameScope !== undefined) {
    const allow = [...new Set([...sameScope.allow, ...actions])];
    return { kind: 'widen', id: sameScope.id, body: { allow } };
  }
  return { kind: 'add', body: toEntry(wish) };
}

/** The document with one more denial. */
export function planDeny(document: PolicyDocument, { registry, repository, actions, because }: Wish): object {
  const rule = {
    id: freeId(document, `no-${registry}${repository === undefined ? '' : `-${repository}`}`),
    registry,
    ...(actions.length === 0 ? {} : { actions }),
    ...(repository === undefined ? {} : { repositories: [repository] }),
    ...(because === undefined ? {} : { because }),
  };
  return { ...document, deny: [...(document.deny ?? []), rule] };
}

/** As much of the policy's document as is needed here. */
export interface PolicyDocument {
  readonly registries?: readonly { readonly id: string }[];
  readonly deny?: readonly { readonly id: string }[];
}

/** Without limits that a wish does not know of; a block and a removed entry allow nothing that could be widened. */
function isPlain({ state, allow, teams, tags, digests, mirrorOf }: Entry): boolean {
  const limits = [teams, tags, digests, mirrorOf];
  return state !== 'removed' && allow.length > 0 && limits.every((limit) => limit === undefined);
}

function isSame(repositories: readonly string[] | undefined, repository: string | undefined): boolean {
  if (repository === undefined || repositories === undefined) return repositories === repository;
  return repositories.length === 1 && repositories[0] === repository;
}

const isWithin = (some: readonly string[], all: readonly string[]) => some.every((one) => all.includes(one));

function toEntry({ registry, repository, actions, because }: Wish): Schemas['AddRegistry'] {
  return {
    registry,
    allow: [...actions],
    ...(repository === undefined ? {} : { repositories: [repository] }),
    ...(because === undefined ? {} : { because }),
  };
}

/** An id has at most 64 characters; the rest is for the number. */
const MAX_STEM = 56;

/** Registries and denials share one space of ids. */
function freeId({ registries = [], deny = [] }: PolicyDocument, name: string): string {
  const taken = new Set([...registries, ...deny].map(({ id }) => id));
  const stem = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, MAX_STEM)
    .replace(/^-+|-+$/g, '');
  let id = stem;
  for (let at = 2; taken.has(id); at += 1) id = `${stem}-${at}`;
  return id;
}
