/** Says how two policies differ, by the ids of their rules, worded for people. */

import type { Change } from './change.ts';
import { describeDenial, describeEntry } from './describe.ts';
import { diffProfiles } from './diff-profiles.ts';
import { formatDuration } from './duration.ts';
import { isEqual } from './is-equal.ts';
import type { PolicyDocument } from './types.ts';

type Describe<T> = (value: T) => string;

/** Settings first, then registries and denials in the order of `after`, removed ones last. Order itself is no change. */
export function diffPolicies(before: PolicyDocument, after: PolicyDocument): Change[] {
  return [
    ...diffSettings(before, after),
    ...diffRules('registries', before.registries, after.registries, describeEntry),
    ...diffRules('deny', before.deny, after.deny, describeDenial),
    ...diffProfiles(before.profiles ?? [], after.profiles ?? []),
  ];
}

function diffRules<T extends { readonly id: string }>(
  list: 'registries' | 'deny',
  before: readonly T[],
  after: readonly T[],
  describe: Describe<T>,
): Change[] {
  const old = new Map(before.map((rule) => [rule.id, rule]));
  const kept = new Set(after.map((rule) => rule.id));
  const changed = after.flatMap((rule) => diffRule(`/${list}/${rule.id}`, old.get(rule.id), rule, describe));
  const removed = before
    .filter((rule) => !kept.has(rule.id))
    .map(
      (rule) =>
        ({ op: 'remove', path: `/${list}/${rule.id}`, before: rule, text: `- ${describe(rule)}` }) as const,
    );
  return [...changed, ...removed];
}

function diffRule<T extends { readonly id: string }>(
  path: string,
  before: T | undefined,
  after: T,
  describe: Describe<T>,
): Change[] {
  if (before === undefined) return [{ op: 'add', path, after, text: `+ ${describe(after)}` }];
  if (isEqual(before, after)) return [];
  return [{ op: 'edit', path, before, after, text: `~ ${after.id}   ${describeFields(before, after)}` }];
}

/** `allow: pull → pull, push; teams: platform → everyone`. */
function describeFields(before: object, after: object): string {
  const [was, is] = [new Map(Object.entries(before)), new Map(Object.entries(after))];
  const keys = [...new Set([...was.keys(), ...is.keys()])];
  return keys
    .filter((key) => !isEqual(was.get(key), is.get(key)))
    .map((key) => `${key}: ${describeValue(key, was.get(key))} → ${describeValue(key, is.get(key))}`)
    .join('; ');
}

const ABSENT: Readonly<Record<string, string>> = {
  repositories: 'all',
  tags: 'all',
  digests: 'all',
  actions: 'all',
  teams: 'everyone',
};

function describeValue(key: string, value: unknown): string {
  if (value === undefined) return ABSENT[key] ?? 'none';
  if (Array.isArray(value)) return value.length === 0 ? 'blocked' : value.join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function diffSettings(before: PolicyDocument, after: PolicyDocument): Change[] {
  const { mode: was } = before;
  const { mode: is } = after;
  const teams = [...new Set([...Object.keys(was.teams), ...Object.keys(is.teams)])];
  return [
    diffValue('/organization', 'organization', before.organization, after.organization),
    diffValue('/mode/default', 'mode', was.default, is.default),
    ...teams.map((team) =>
      diffValue(`/mode/teams/${team}`, `mode of ${team}`, was.teams[team], is.teams[team]),
    ),
    diffValue('/contact', 'contact', before.contact, after.contact, describeContact),
    diffValue(
      '/policyOfflineLimit',
      'policy offline limit',
      before.policyOfflineLimit,
      after.policyOfflineLimit,
      describeLimit,
    ),
    diffValue(
      '/sessionOfflineLimit',
      'session offline limit',
      before.sessionOfflineLimit,
      after.sessionOfflineLimit,
      describeLimit,
    ),
    diffValue('/urls', 'urls', before.urls, after.urls, describeUrls),
    diffValue('/addresses', 'addresses', before.addresses, after.addresses, describeList),
    diffValue('/tests', 'tests', before.tests, after.tests, (tests) => String(tests?.length ?? 0)),
  ].flat();
}

function diffValue<T>(
  path: string,
  name: string,
  before: T | undefined,
  after: T | undefined,
  describe: (value: T | undefined) => string = (value) => String(value ?? 'default'),
): Change[] {
  if (isEqual(before, after)) return [];
  const [was, is] = [describe(before), describe(after)];
  const text = was === is ? `~ ${name} changed` : `~ ${name}: ${was} → ${is}`;
  if (before === undefined) return [{ op: 'add', path, after, text }];
  if (after === undefined) return [{ op: 'remove', path, before, text }];
  return [{ op: 'edit', path, before, after, text }];
}

function describeContact(contact: PolicyDocument['contact'] | undefined): string {
  return [contact?.message, contact?.url].filter((part) => part !== undefined).join(': ') || 'none';
}

function describeLimit(seconds: number | undefined): string {
  return seconds === undefined ? 'none' : formatDuration(seconds);
}

function describeUrls(urls: PolicyDocument['urls'] | undefined): string {
  const { default: byDefault, allow, deny } = urls ?? { default: 'deny', allow: [], deny: [] };
  return `default ${byDefault}, allow ${describeList(allow)}, deny ${describeList(deny)}`;
}

function describeList(items: readonly string[] | undefined): string {
  return items?.join(', ') || 'none';
}
