/** Denials are part of the draft's document: read from it, changed in it. */

import type { Action } from '../../api/registries.ts';
import { isEqualJson } from './is-equal-json.ts';

export interface Denial {
  readonly id: string;
  readonly registry: string;
  readonly actions?: readonly Action[];
  readonly repositories?: readonly string[];
  readonly tags?: readonly string[];
  readonly digests?: readonly string[];
  readonly teams?: readonly string[];
  readonly because?: string;
}

/** The parts of a policy document that this page works on; the rest goes through untouched. */
export interface PolicyDocument {
  readonly mode: { readonly default: Mode; readonly teams: Readonly<Record<string, Mode>> };
  readonly registries: readonly { readonly id: string }[];
  readonly deny: readonly Denial[];
}

export type Mode = 'off' | 'observe' | 'enforce';

/** The server has validated what it sends; its schema leaves the document open. */
export const documentOf = (holder: { readonly document: unknown }) => holder.document as PolicyDocument;

export type DenialState = 'published' | 'added' | 'edited' | 'removed';

/** The draft's denials in their order, then those that only the policy in force has. */
export function listDenials(draft: PolicyDocument, published: PolicyDocument) {
  const before = new Map(published.deny.map((rule) => [rule.id, rule]));
  const now = new Set(draft.deny.map(({ id }) => id));
  const stateOf = (rule: Denial): DenialState => {
    const old = before.get(rule.id);
    if (old === undefined) return 'added';
    return isEqualJson(old, rule) ? 'published' : 'edited';
  };
  return [
    ...draft.deny.map((rule) => ({ rule, state: stateOf(rule) })),
    ...published.deny
      .filter(({ id }) => !now.has(id))
      .map((rule) => ({ rule, state: 'removed' as DenialState })),
  ];
}

/** The document with this denial, in place of the one with its id or behind the others. */
export function withDenial(document: PolicyDocument, rule: Denial): PolicyDocument {
  const isThere = document.deny.some(({ id }) => id === rule.id);
  const deny = isThere
    ? document.deny.map((one) => (one.id === rule.id ? rule : one))
    : [...document.deny, rule];
  return { ...document, deny };
}

export function withoutDenial(document: PolicyDocument, id: string): PolicyDocument {
  return { ...document, deny: document.deny.filter((rule) => rule.id !== id) };
}

/** Registries and denials share one space of ids. */
export function makeDenialId(document: PolicyDocument, registry: string): string {
  const taken = new Set([...document.registries, ...document.deny].map(({ id }) => id));
  const slug = registry
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 50)
    .replace(/^-+|-+$/g, '');
  const stem = `deny-${slug === '' ? 'all' : slug}`;
  if (!taken.has(stem)) return stem;
  for (let at = 2; ; at += 1) if (!taken.has(`${stem}-${at}`)) return `${stem}-${at}`;
}
