/** Compiles a document into the immutable snapshot that `decide` reads. Leaves deciding to `decide.ts`. */

import { parseHostPattern, parseRegistryHost, type RegistryHost } from '@pullgate/reference';
import { compileRules } from './compile-rules.ts';
import { compileSurroundings, type Surroundings } from './compile-surroundings.ts';
import { createHostIndex, type HostIndex, slotOf } from './host-index.ts';
import { joinProfiles } from './join-profiles.ts';
import type { Rule, RuleIndex } from './rule-index.ts';
import { type SentenceContext, toSentenceContext } from './sentence.ts';
import {
  ACTIONS,
  type DenyRule,
  type Grant,
  type Mode,
  type PolicyDocument,
  type RegistryEntry,
  type RegistryProfile,
} from './types.ts';

/** A snapshot of one policy for one machine. Nothing in it changes. */
export interface CompiledPolicy {
  readonly document: PolicyDocument;
  readonly revision: number;
  readonly denials: RuleIndex;
  readonly grants: RuleIndex;
  readonly blocks: RuleIndex;
  readonly allows: RuleIndex;
  /** The allows of entries with `insecure: true`, for requests over plain HTTP. */
  readonly insecureAllows: RuleIndex;
  readonly mirrors: HostIndex<Mirrors>;
  readonly surroundings: Surroundings;
  readonly modes: CompiledModes;
  readonly sentence: SentenceContext;
}

/** What one host mirrors: as a whole, and below prefixes that end in `/`. */
export interface Mirrors {
  readonly whole: Set<RegistryHost>;
  readonly byPrefix: Map<string, Set<RegistryHost>>;
}

export interface CompiledModes {
  readonly byDefault: Mode;
  readonly stage: Mode | undefined;
  readonly teams: ReadonlyMap<string, Mode>;
}

export interface CompileInput {
  /** As {@link parsePolicy} or {@link validatePolicy} returned it. */
  readonly document: PolicyDocument;
  readonly revision: number;
  /** The catalog's; the document's own are joined with them. */
  readonly profiles: readonly RegistryProfile[];
  /** From the machine's assignment. */
  readonly grants?: readonly Grant[];
  /** From the machine's assignment: replaces the organization's default mode. */
  readonly stage?: Mode;
}

/**
 * Compiles a validated document. Grants whose registry cannot be parsed are left out, since they can allow nothing.
 * @throws InvalidReferenceError when document or profiles were not validated.
 */
export function compilePolicy(input: CompileInput): CompiledPolicy {
  const { document, revision, stage } = input;
  // Mirrors and companions cite the first that applies: by id, so that the order of the document changes nothing.
  const registries = document.registries.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const allows = registries.filter((entry) => entry.allow.length > 0);
  const blocks = registries.filter((entry) => entry.allow.length === 0);
  const grants = (input.grants ?? []).flatMap(toGrantRule);
  const permitting = [...allows.map(toRule), ...grants];
  return {
    document,
    revision,
    denials: compileRules(document.deny.map(toDenialRule), 'certain'),
    grants: compileRules(grants, 'possible'),
    blocks: compileRules(blocks.map(toRule), 'certain'),
    allows: compileRules(allows.map(toRule), 'possible'),
    insecureAllows: compileRules(allows.filter((entry) => entry.insecure === true).map(toRule), 'possible'),
    mirrors: compileMirrors(registries),
    surroundings: compileSurroundings(
      joinProfiles(input.profiles, document.profiles),
      document.urls,
      permitting,
    ),
    modes: { byDefault: document.mode.default, stage, teams: new Map(Object.entries(document.mode.teams)) },
    sentence: toSentenceContext(document, revision),
  };
}

function toRule(entry: RegistryEntry): Rule {
  const actions = entry.allow.length === 0 ? ACTIONS : entry.allow;
  return {
    ...entry,
    actions,
    pattern: parseHostPattern(entry.registry, { insecure: entry.insecure === true }),
  };
}

function toDenialRule(rule: DenyRule): Rule {
  return { ...rule, actions: rule.actions ?? ACTIONS, pattern: parseHostPattern(rule.registry) };
}

function toGrantRule(grant: Grant): Rule[] {
  try {
    return [{ ...grant, pattern: parseHostPattern(grant.registry) }];
  } catch {
    return [];
  }
}

function compileMirrors(entries: readonly RegistryEntry[]): HostIndex<Mirrors> {
  const index = createHostIndex<Mirrors>();
  for (const { registry, insecure, mirrorOf } of entries) {
    if (mirrorOf === undefined) continue;
    const pattern = parseHostPattern(registry, { insecure: insecure === true });
    const mirrors = slotOf(index, pattern, () => ({ whole: new Set(), byPrefix: new Map() }) as Mirrors);
    originsOf(mirrors, mirrorOf.prefix).add(parseRegistryHost(mirrorOf.registry));
  }
  return index;
}

function originsOf(mirrors: Mirrors, prefix: string | undefined): Set<RegistryHost> {
  if (prefix === undefined) return mirrors.whole;
  const key = prefix.endsWith('/') ? prefix : `${prefix}/`;
  const origins = mirrors.byPrefix.get(key) ?? new Set();
  mirrors.byPrefix.set(key, origins);
  return origins;
}
