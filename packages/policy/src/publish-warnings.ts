/** Finds what an owner should know before publishing: a policy may be valid and still not mean what it says. */

import { isDockerHub, parseHostPattern, parseRegistryHost } from '@pullgate/reference';
import { findLostFrontend, type PolicyRemedy } from './build-frontend.ts';
import { type CompiledPolicy, compilePolicy } from './compile-policy.ts';
import { exampleOf } from './compile-surroundings.ts';
import { decide } from './decide.ts';
import { isDeep } from './depth.ts';
import type { PolicyDocument, RegistryEntry } from './types.ts';

export const POLICY_WARNING_CODES = [
  'LIST_EMPTIED',
  'NOTHING_ALLOWED',
  'TEAMS_ONLY',
  'HUB_NOT_ALLOWED',
  'BARE_WILDCARD',
  'TAGS_DENIED',
  'DEEP_RULE',
  'URLS_OPEN',
  'FRONTEND_LOST',
  'MIRROR_UNREACHED',
] as const;
export type PolicyWarningCode = (typeof POLICY_WARNING_CODES)[number];

/** `error` should stop a publish that is not forced; `warning` is to be read. */
export interface PolicyWarning {
  readonly code: PolicyWarningCode;
  /** JSON pointer, with ids for list entries: `/deny/centos`. */
  readonly path: string;
  readonly message: string;
  readonly severity: 'warning' | 'error';
  /** What would mend it, where one change of the draft does. */
  readonly remedy?: PolicyRemedy;
}

export interface SelfLockOutInput {
  /** The policy in force; absent for the first one. */
  readonly before?: PolicyDocument;
  readonly after: PolicyDocument;
}

/** Whether a publish would leave everybody, or everybody outside the teams, without any registry. */
export function checkSelfLockOut({ before, after }: SelfLockOutInput): PolicyWarning[] {
  const warnings: PolicyWarning[] = [];
  const warn = (severity: 'warning' | 'error', code: PolicyWarningCode, message: string) =>
    warnings.push({ code, path: '/registries', message, severity });
  if (before !== undefined && before.registries.length > 0 && after.registries.length === 0) {
    warn('error', 'LIST_EMPTIED', `all ${before.registries.length} registries would be removed`);
  }
  const open = openEntries(after);
  if (isEnforced(after) && open.length === 0) {
    warn('error', 'NOTHING_ALLOWED', 'no registry would be allowed to anyone');
  } else if (isEnforced(after) && open.every((entry) => entry.teams !== undefined)) {
    warn(
      'warning',
      'TEAMS_ONLY',
      'people in none of the teams named, and machines without a holder, could use no registry',
    );
  }
  if (before !== undefined && allowsHub(openEntries(before)) && !allowsHub(open)) {
    warn('warning', 'HUB_NOT_ALLOWED', 'Docker Hub would no longer be allowed');
  }
  return warnings;
}

function isEnforced({ mode }: PolicyDocument): boolean {
  return [mode.default, ...Object.values(mode.teams)].includes('enforce');
}

function isOff({ mode }: PolicyDocument): boolean {
  return [mode.default, ...Object.values(mode.teams)].every((each) => each === 'off');
}

/** Entries that allow anything at all, once denials and blocks have been heard. */
function openEntries(document: PolicyDocument): RegistryEntry[] {
  const enforced: PolicyDocument = { ...document, mode: { default: 'enforce', teams: {} } };
  const policy = compilePolicy({ document: enforced, revision: 0, profiles: [] });
  return document.registries.filter((entry) => entry.allow.length > 0 && isOpen(policy, entry));
}

function isOpen(
  policy: CompiledPolicy,
  { registry: text, insecure = false, teams = [] }: RegistryEntry,
): boolean {
  const registry = exampleOf(parseHostPattern(text, { insecure }));
  const query = { registry, insecure, subject: { teams }, point: 'check', deeper: true, now: 0 } as const;
  return decide(policy, query).verdict === 'allow';
}

function allowsHub(open: readonly RegistryEntry[]): boolean {
  return open.some(({ registry }) => !registry.startsWith('*') && isDockerHub(parseRegistryHost(registry)));
}

/** What can be told from the document alone about what it will not do. */
export function publishWarnings(document: PolicyDocument): PolicyWarning[] {
  return [
    ...bareWildcards(document),
    ...taggedDenials(document),
    ...deepRules(document),
    ...openUrls(document),
    ...lostFrontend(document),
    ...unreachedMirrors(document),
  ];
}

function bareWildcards(document: PolicyDocument): PolicyWarning[] {
  if (!isEnforced(document)) return [];
  const message = '"**" stands for every registry: in mode enforce this allows or denies all there are';
  return rulesOf(document)
    .filter(({ rule }) => rule.registry === '**')
    .map(({ path }) => ({ code: 'BARE_WILDCARD', path, message, severity: 'error' }));
}

function taggedDenials(document: PolicyDocument): PolicyWarning[] {
  const message =
    'a denial of tags cannot stop the same content when it is pulled by digest: name the digests too';
  return document.deny
    .filter((rule) => rule.tags !== undefined)
    .map((rule) => ({ code: 'TAGS_DENIED', path: `/deny/${rule.id}`, message, severity: 'warning' }));
}

function deepRules(document: PolicyDocument): PolicyWarning[] {
  const message =
    'the rule limits action, repository, tag or digest: machines without an inspecting point deny this registry whole';
  return rulesOf(document)
    .filter(({ rule }) => isDeep(rule) && rule.whenHostOnly !== 'allow')
    .map(({ path }) => ({ code: 'DEEP_RULE', path, message, severity: 'warning' }));
}

function openUrls({ urls }: PolicyDocument): PolicyWarning[] {
  if (urls.default === 'deny') return [];
  const message =
    'every host that neither policy nor catalog knows passes, unless it answers as a registry when machines ask it; one that hides this passes too';
  return [{ code: 'URLS_OPEN', path: '/urls/default', message, severity: 'warning' }];
}

function lostFrontend(document: PolicyDocument): PolicyWarning[] {
  // In observe as well: who switches to enforce publishes no policy, and would not hear of it before.
  const lost = isOff(document) ? undefined : findLostFrontend(document);
  if (lost === undefined) return [];
  const message =
    'builds whose Dockerfile begins with "# syntax=docker/dockerfile" would fail: BuildKit fetches docker.io/docker/dockerfile for it';
  return [{ code: 'FRONTEND_LOST', message, severity: 'warning', ...lost }];
}

/** A mirror that some engine cannot be led to: what it would have fetched there it asks Docker Hub for. */
function unreachedMirrors({ registries }: PolicyDocument): PolicyWarning[] {
  return registries.flatMap(({ id, registry, allow, mirrorOf }) => {
    const path = `/registries/${id}`;
    if (mirrorOf === undefined || !allow.includes('pull')) return [];
    const isPattern = parseHostPattern(registry).kind !== 'exact';
    const isBelow = mirrorOf.prefix !== undefined && isDockerHub(parseRegistryHost(mirrorOf.registry));
    if (!isPattern && !isBelow) return [];
    const message = isPattern
      ? 'no engine is led to a mirror whose host is a pattern: name it'
      : 'Docker Engine knows no prefix, so only containerd, Podman, Buildah and Skopeo are led to this mirror';
    return [{ code: 'MIRROR_UNREACHED' as const, path, message, severity: 'warning' as const }];
  });
}

function rulesOf({ registries, deny }: PolicyDocument): { path: string; rule: Partial<RegistryEntry> }[] {
  return [
    ...registries.map((rule) => ({ path: `/registries/${rule.id}`, rule })),
    ...deny.map((rule) => ({ path: `/deny/${rule.id}`, rule })),
  ];
}
