/** Parses policy documents, from text or from a JSON value: every problem is reported, each with its place. */

import { parseReference, parseRegistryHost } from '@pullgate/reference';
import {
  type Check,
  compact,
  createCheck,
  type Fields,
  optional,
  readFields,
  readLimit,
  readList,
  readOneOf,
  readParsed,
} from './check.ts';
import { PolicyError, type PolicyProblem } from './errors.ts';
import { MAX_PROBLEMS, type ReadText, readYaml } from './read-yaml.ts';
import { ACTIONS, type Mode, type PolicyDocument, type PolicyTest, type RegistryProfile } from './types.ts';
import {
  type EntryContext,
  readDenial,
  readEntry,
  readRequired,
  readSlug,
  readTeam,
} from './validate-entry.ts';
import { readProfiles } from './validate-profiles.ts';
import { readAddresses, readContact, readLimits, readMode, readUrls } from './validate-settings.ts';

export interface ValidateOptions {
  /** Accepts a bare `**` in mode enforce. */
  readonly force?: boolean;
  /** What the catalog knows: no profile of the document may open its registries, nor hosts that it calls broad. */
  readonly profiles?: readonly RegistryProfile[];
}

export interface ParseOptions extends ValidateOptions {
  readonly format?: 'yaml' | 'json';
}

const KEYS = [
  'version',
  'organization',
  'mode',
  'contact',
  'policyOfflineLimit',
  'offlineLimit',
  'sessionOfflineLimit',
  'registries',
  'deny',
  'urls',
  'addresses',
  'tests',
  'profiles',
];

/**
 * Parses the text of a policy.
 * @throws PolicyError with every problem found, in the order of the text.
 */
export function parsePolicy(text: string, options: ParseOptions = {}): PolicyDocument {
  const read = readYaml(text, options.format);
  return validate(read.value, options, read);
}

/**
 * Validates a document that is a value already, for example from a JSON body or a bundle.
 * @throws PolicyError with every problem found; places are paths without lines.
 */
export function validatePolicy(value: unknown, options: ValidateOptions = {}): PolicyDocument {
  return validate(value, options, undefined);
}

function validate(value: unknown, options: ValidateOptions, text: ReadText | undefined): PolicyDocument {
  const problems: PolicyProblem[] = [...(text?.problems ?? [])];
  const check = createCheck('', (code, path, message) => {
    const place = text?.locate(path, code === 'UNKNOWN_KEY' ? 'key' : 'value');
    if (problems.length < MAX_PROBLEMS) problems.push({ code, path, ...place, message });
  });
  const document = readDocument(value, options, check);
  if (problems.length >= MAX_PROBLEMS) {
    problems.push({ code: 'TOO_MANY_PROBLEMS', path: '', message: `more than ${MAX_PROBLEMS} problems` });
  }
  if (problems.length > 0 || document === undefined) {
    throw new PolicyError('POLICY_INVALID', problems.toSorted(byPlace));
  }
  return document;
}

function byPlace(a: PolicyProblem, b: PolicyProblem): number {
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}

function readDocument(value: unknown, options: ValidateOptions, check: Check): PolicyDocument | undefined {
  const fields = readFields(value, KEYS, check);
  readRequired(fields, 'version', check, (item, at) => {
    if (item !== 1) at.report('BAD_VALUE', 'expected 1');
    return item;
  });
  const organization = readRequired(fields, 'organization', check, readSlug);
  const mode = readMode(fields.mode, check.at('mode'));
  const context = { bareAllowed: options.force === true || !isEnforcedAnywhere(mode) };
  const rules = readRules(fields, context, check);
  const rest = {
    mode,
    contact: readContact(fields.contact, check.at('contact')),
    ...readLimits(fields, check),
    ...rules,
    urls: readUrls(fields.urls, context, check.at('urls')),
    addresses: readAddresses(fields.addresses, check.at('addresses')),
    tests: optional(fields.tests, (item) => readList(item, check.at('tests'), readTest)) ?? [],
  };
  const known = { entries: rules.registries, catalog: options.profiles ?? [] };
  const profiles = optional(fields.profiles, (item) => readProfiles(item, known, check.at('profiles')));
  return organization === undefined
    ? undefined
    : { version: 1, organization, ...rest, ...compact({ profiles: unlessEmpty(profiles) }) };
}

/** Nothing said is nothing written: the document of a policy without profiles is what it was before there were any. */
function unlessEmpty<T>(list: readonly T[] | undefined): readonly T[] | undefined {
  return list?.length === 0 ? undefined : list;
}

function isEnforcedAnywhere(mode: {
  readonly default: Mode;
  readonly teams: Readonly<Record<string, Mode>>;
}) {
  return [mode.default, ...Object.values(mode.teams)].includes('enforce');
}

function readRules(fields: Fields, context: EntryContext, check: Check) {
  const registries =
    optional(fields.registries, (item) =>
      readList(item, check.at('registries'), (entry, at) => readEntry(entry, context, at)),
    ) ?? [];
  const deny =
    optional(fields.deny, (item) =>
      readList(item, check.at('deny'), (rule, at) => readDenial(rule, context, at)),
    ) ?? [];
  // Sentences and decisions cite a rule by its id alone, so the two lists share one space of ids.
  const seen = new Set<unknown>();
  for (const key of ['registries', 'deny']) reportDuplicateIds(fields[key], seen, check.at(key));
  return { registries, deny };
}

function reportDuplicateIds(list: unknown, seen: Set<unknown>, check: Check): void {
  if (!Array.isArray(list)) return;
  list.forEach((rule: unknown, index) => {
    const id = typeof rule === 'object' && rule !== null && 'id' in rule ? rule.id : undefined;
    if (typeof id !== 'string') return;
    if (seen.has(id)) {
      check
        .at(index)
        .at('id')
        .report('DUPLICATE_ID', `the id ${JSON.stringify(id.slice(0, 80))} is given twice`);
    }
    seen.add(id);
  });
}

/** `{ pull: reference, expect: allow }`, or the long form `{ action: pull, reference, expect }`. */
function readTest(value: unknown, check: Check): PolicyTest | undefined {
  const fields = readFields(value, [...ACTIONS, 'action', 'reference', 'expect', 'teams'], check);
  const expect = readRequired(fields, 'expect', check, (item, at) => readOneOf(item, ['allow', 'deny'], at));
  const teams = readLimit(fields.teams, check.at('teams'), readTeam);
  const target =
    'action' in fields || 'reference' in fields ? readLongTarget(fields, check) : readTarget(fields, check);
  return target === undefined || expect === undefined
    ? undefined
    : { ...target, expect, ...compact({ teams }) };
}

function readTarget(fields: Fields, check: Check) {
  const [action, second] = ACTIONS.filter((name) => fields[name] !== undefined);
  if (action === undefined || second !== undefined) {
    check.report('BAD_VALUE', `expected exactly one of ${ACTIONS.join(', ')} with its reference`);
    return undefined;
  }
  const reference = readReference(fields[action], action, check.at(action));
  return reference === undefined ? undefined : { action, reference };
}

function readLongTarget(fields: Fields, check: Check) {
  const extra = ACTIONS.find((name) => fields[name] !== undefined);
  if (extra !== undefined) check.at(extra).report('BAD_VALUE', 'the action is given twice');
  const action = readRequired(fields, 'action', check, (item, at) => readOneOf(item, ACTIONS, at));
  const reference = readRequired(fields, 'reference', check, (item, at) => readReference(item, action, at));
  return action === undefined || reference === undefined ? undefined : { action, reference };
}

/** A catalog belongs to a registry as a whole, so its reference is a host. */
function readReference(value: unknown, action: string | undefined, check: Check): string | undefined {
  const parse = action === 'catalog' ? (text: string) => parseRegistryHost(text) : parseReference;
  return readParsed(value, 'BAD_REFERENCE', parse, check);
}
