/** Finds the permission that comes closest to what was denied, so that a stopped person sees a way out. */

import { formatHostPattern, matchHost, parseRegistryHost } from '@pullgate/reference';
import { toCase } from './case.ts';
import type { CompiledPolicy } from './compile-policy.ts';
import { joinWords } from './describe.ts';
import { nearestWord } from './nearest-word.ts';
import type { Rule, Wanted } from './rule-index.ts';
import type { AccessQuery } from './types.ts';

export interface Nearest {
  readonly ruleId: string;
  /** `registry.acme.example:5000/mirror/ghcr/**   allowed for pull`. */
  readonly text: string;
}

/** Looks on the same registry, then at its mirrors, then at repositories named after it, then for a mistyped host. */
export function findNearest(policy: CompiledPolicy, query: AccessQuery): Nearest | undefined {
  const { host, owner, wanted } = toCase(policy, query);
  const rules = policy.allows.rules.filter((rule) => concerns(rule, wanted));
  const sameHost = rules.find(
    (rule) => matchHost(rule.pattern, host) || (owner && matchHost(rule.pattern, owner)),
  );
  const found = sameHost ?? rules.find((rule) => isMirrorOf(rule, host)) ?? findNamed(rules, host);
  return found === undefined ? findMistyped(rules, host) : toNearest(found);
}

function concerns({ teams }: Rule, wanted: Wanted): boolean {
  return teams === undefined || teams.some((team) => wanted.teams.includes(team));
}

function isMirrorOf({ mirrorOf }: Rule, host: string): boolean {
  return mirrorOf !== undefined && parseRegistryHost(mirrorOf.registry) === host;
}

/** `mirror/ghcr/**` is where one looks for what `ghcr.io` refuses. */
function findNamed(rules: readonly Rule[], host: string): Rule | undefined {
  const [label = ''] = host.split('.');
  return rules.find((rule) => rule.repositories?.some((text) => text.split('/').includes(label)));
}

function findMistyped(rules: readonly Rule[], host: string): Nearest | undefined {
  const byHost = new Map(rules.map((rule) => [formatHostPattern(rule.pattern), rule]));
  const rule = byHost.get(nearestWord(host, [...byHost.keys()]) ?? '');
  return rule === undefined ? undefined : toNearest(rule);
}

function toNearest(rule: Rule): Nearest {
  const [repository] = rule.repositories ?? [];
  const where = `${formatHostPattern(rule.pattern)}${repository === undefined ? '' : `/${repository}`}`;
  return { ruleId: rule.id, text: `${where}   allowed for ${joinWords(rule.actions)}` };
}
