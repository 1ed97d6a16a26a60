/** Validates one entry of the allowlist and one denial. Leaves what concerns several entries to `validate-policy.ts`. */

import {
  parseDigest,
  parseHostPattern,
  parseRegistryHost,
  parseRepository,
  parseRepositoryPattern,
  parseTagPattern,
} from '@pullgate/reference';
import {
  type Check,
  compact,
  type Fields,
  optional,
  readBoolean,
  readFields,
  readLimit,
  readLine,
  readList,
  readOneOf,
  readParsed,
  readText,
} from './check.ts';
import { isDeep } from './depth.ts';
import { ACTIONS, type DenyRule, type RegistryEntry } from './types.ts';

const ENTRY_KEYS = [
  'id',
  'registry',
  'name',
  'allow',
  'repositories',
  'tags',
  'digests',
  'teams',
  'insecure',
  'mirrorOf',
  'whenHostOnly',
  'because',
];
const DENY_KEYS = ['id', 'registry', 'actions', 'repositories', 'tags', 'digests', 'teams', 'because'];

/** `id = [a-z0-9] *62( [a-z0-9-] ) [a-z0-9]`: safe in sentences, paths and URLs. */
const SLUG = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/;

/** Ids of teams are the control plane's: letters and digits of both cases. */
const TEAM = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** What the rules of one document have in common. */
export interface EntryContext {
  /** Whether a registry may be a bare `**`. */
  readonly bareAllowed: boolean;
}

export function readEntry(value: unknown, context: EntryContext, check: Check): RegistryEntry | undefined {
  const fields = readFields(value, ENTRY_KEYS, check);
  const insecure = optional(fields.insecure, (item) => readBoolean(item, check.at('insecure')));
  const { id, registry } = readIdentity(fields, { ...context, insecure: insecure === true }, check);
  const allow = readRequired(fields, 'allow', check, (item, at) =>
    readList(item, at, (action, place) => readOneOf(action, ACTIONS, place)),
  );
  const entry = compact({
    name: optional(fields.name, (item) => readLine(item, 200, check.at('name'))),
    ...readLimits(fields, check),
    insecure,
    mirrorOf: optional(fields.mirrorOf, (item) => readMirror(item, check.at('mirrorOf'))),
    whenHostOnly: optional(fields.whenHostOnly, (item) =>
      readOneOf(item, ['allow', 'deny'], check.at('whenHostOnly')),
    ),
  });
  if (id === undefined || registry === undefined || allow === undefined) return undefined;
  const result = { id, registry, allow, ...entry };
  if (entry.whenHostOnly !== 'allow' && isWildcard(registry) && isDeep(result)) reportDeepWildcard(check);
  return result;
}

export function readDenial(value: unknown, context: EntryContext, check: Check): DenyRule | undefined {
  const fields = readFields(value, DENY_KEYS, check);
  const { id, registry } = readIdentity(fields, { ...context, insecure: false }, check);
  const actions = readLimit(fields.actions, check.at('actions'), (item, place) =>
    readOneOf(item, ACTIONS, place),
  );
  const rest = compact({ actions, ...readLimits(fields, check) });
  if (id === undefined || registry === undefined) return undefined;
  const result = { id, registry, ...rest };
  if (isWildcard(registry) && isDeep(result)) reportDeepWildcard(check);
  return result;
}

export function readSlug(value: unknown, check: Check): string | undefined {
  return readMatching(value, SLUG, '1 to 64 of a-z, 0-9 and "-"', check);
}

export function readTeam(value: unknown, check: Check): string | undefined {
  return readMatching(value, TEAM, 'the id of a team', check);
}

/** A host pattern; a bare `**` stands for every registry and needs leave. */
export function readHostPattern(
  value: unknown,
  options: EntryContext & { readonly insecure: boolean },
  check: Check,
): string | undefined {
  if (value === '**' && !options.bareAllowed) {
    check.report('BARE_WILDCARD', '"**" stands for every registry and is accepted only in mode observe');
    return undefined;
  }
  return readParsed(value, 'BAD_HOST', (text) => parseHostPattern(text, options), check);
}

function readIdentity(fields: Fields, options: EntryContext & { readonly insecure: boolean }, check: Check) {
  return {
    id: readRequired(fields, 'id', check, readSlug),
    registry: readRequired(fields, 'registry', check, (item, at) => readHostPattern(item, options, at)),
  };
}

/** The fields that a rule of either kind may have. */
function readLimits(fields: Fields, check: Check) {
  const parsed = (
    key: string,
    code: 'BAD_REPOSITORY' | 'BAD_TAG' | 'BAD_DIGEST',
    parse: (text: string) => unknown,
  ) => readLimit(fields[key], check.at(key), (item, place) => readParsed(item, code, parse, place));
  return {
    repositories: parsed('repositories', 'BAD_REPOSITORY', parseRepositoryPattern),
    tags: parsed('tags', 'BAD_TAG', parseTagPattern),
    digests: parsed('digests', 'BAD_DIGEST', parseDigest),
    teams: readLimit(fields.teams, check.at('teams'), readTeam),
    because: optional(fields.because, (item) => readLine(item, 500, check.at('because'))),
  };
}

function readMirror(value: unknown, check: Check) {
  const fields = readFields(value, ['registry', 'prefix'], check);
  const registry = readRequired(fields, 'registry', check, (item, at) =>
    readParsed(item, 'BAD_HOST', (text) => parseRegistryHost(text), at),
  );
  const prefix = optional(fields.prefix, (item) =>
    readParsed(
      item,
      'BAD_REPOSITORY',
      (text) => parseRepository(text.replace(/\/$/, '')),
      check.at('prefix'),
    ),
  );
  return registry === undefined ? undefined : compact({ registry, prefix });
}

export function readRequired<T>(
  fields: Fields,
  key: string,
  check: Check,
  read: (value: unknown, check: Check) => T | undefined,
): T | undefined {
  if (fields[key] !== undefined) return read(fields[key], check.at(key));
  check.at(key).report('MISSING_KEY', `the key "${key}" is missing`);
  return undefined;
}

function readMatching(value: unknown, pattern: RegExp, expected: string, check: Check): string | undefined {
  const text = readText(value, check);
  if (text === undefined || pattern.test(text)) return text;
  check.report('BAD_ID', `expected ${expected}, got ${JSON.stringify(text.slice(0, 80))}`);
  return undefined;
}

function isWildcard(registry: string): boolean {
  return registry.startsWith('*');
}

function reportDeepWildcard(check: Check): void {
  check.report(
    'DEEP_WILDCARD',
    'a rule over several registries cannot limit action, repository, tag or digest: inspection needs exact names. ' +
      'Name each registry, or accept the host alone with whenHostOnly: allow (entries only)',
  );
}
