/** A rule as the form holds it, its validation, and the way from and to the API. Pure. */

import {
  InvalidReferenceError,
  parseDigest,
  parseRegistryHost,
  parseRepository,
  parseRepositoryPattern,
  parseTagPattern,
} from '@pullgate/reference';
import { registryAccessTexts } from '#texts/registry-access.ts';
import type { Schemas } from '../../api/client.ts';
import type { Action, Registry } from '../../api/registries.ts';
import { readHost } from './host-facts.ts';
import { isDeepRule } from './is-deep-rule.ts';

export interface RuleValues {
  readonly registry: string;
  readonly actions: Action[];
  readonly repositories: string[];
  readonly tags: string[];
  readonly digests: string[];
  readonly teams: string[];
  readonly because: string;
}

export interface RegistryValues extends RuleValues {
  readonly name: string;
  readonly access: 'allow' | 'block';
  readonly whenHostOnly: boolean;
  readonly insecure: boolean;
  /** Registry whose content it serves; empty: none. */
  readonly mirrorOf: string;
  /** Where in this registry the other one's repositories begin. */
  readonly mirrorPrefix: string;
}

export const EMPTY_RULE: RuleValues = {
  registry: '',
  actions: [],
  repositories: [],
  tags: [],
  digests: [],
  teams: [],
  because: '',
};

export const NEW_REGISTRY: RegistryValues = {
  ...EMPTY_RULE,
  actions: ['pull', 'push'],
  name: '',
  access: 'allow',
  whenHostOnly: false,
  insecure: false,
  mirrorOf: '',
  mirrorPrefix: '',
};

export function toValues(item: Registry): RegistryValues {
  const { registry, name = '', allow, whenHostOnly, insecure = false, because = '' } = item;
  const { repositories = [], tags = [], digests = [], teams = [], mirrorOf } = item;
  const access = allow.length === 0 ? 'block' : 'allow';
  const actions: Action[] = allow.length === 0 ? ['pull', 'push'] : allow;
  const limits = { repositories, tags, digests, teams };
  return {
    registry,
    name,
    access,
    actions,
    ...limits,
    because,
    insecure,
    whenHostOnly: whenHostOnly === 'allow',
    mirrorOf: mirrorOf?.registry ?? '',
    mirrorPrefix: mirrorOf?.prefix ?? '',
  };
}

export const isDeepForm = ({ access, actions, repositories, tags, digests }: RegistryValues) =>
  isDeepRule({ allow: access === 'block' ? [] : actions, repositories, tags, digests });

/** Every field is sent: `null` takes away what the entry had. */
export function toEdit(values: RegistryValues): Schemas['EditRegistry'] {
  const { name, access, actions, repositories, tags, digests, teams, because, insecure } = values;
  const list = (items: string[]) => (items.length === 0 ? null : items);
  const text = (line: string) => (line.trim() === '' ? null : line.trim());
  return {
    registry: registryOf(values),
    name: text(name),
    allow: access === 'block' ? [] : actions,
    repositories: list(repositories),
    tags: list(tags),
    digests: list(digests),
    teams: list(teams),
    because: text(because),
    insecure: insecure ? true : null,
    whenHostOnly: values.whenHostOnly && isDeepForm(values) ? 'allow' : null,
    mirrorOf: toMirror(values),
  };
}

function toMirror({ mirrorOf, mirrorPrefix }: RegistryValues): NonNullable<Registry['mirrorOf']> | null {
  const [registry, prefix] = [mirrorOf.trim(), mirrorPrefix.trim()];
  if (registry === '') return null;
  return prefix === '' ? { registry } : { registry, prefix };
}

export function toNew(values: RegistryValues): Schemas['AddRegistry'] {
  const fields = Object.entries(toEdit(values)).filter(([, value]) => value !== null);
  return { ...Object.fromEntries(fields), registry: registryOf(values) };
}

/** The spelling that the page has shown as kept. */
export function registryOf({ registry, insecure = false }: { registry: string; insecure?: boolean }): string {
  const reading = readHost(registry, insecure);
  return reading !== undefined && 'facts' in reading ? reading.facts.registry : registry.trim();
}

const words = registryAccessTexts.form;

export function validateHost(registry: string, insecure = false): string | null {
  const reading = readHost(registry, insecure);
  if (reading === undefined) return words.required;
  if ('facts' in reading) return null;
  return sentence(reading.error.message, reading.error.hint);
}

/** Of the registry that is mirrored: one host, never a pattern. */
export const validateMirror = (registry: string): string | null =>
  registry.trim() === '' ? null : validateEach([registry.trim()], parseRegistryHost);

export const validatePrefix = (prefix: string, { mirrorOf }: RegistryValues): string | null =>
  prefix.trim() === '' || mirrorOf.trim() === ''
    ? null
    : validateEach([prefix.trim().replace(/\/$/, '')], parseRepository);

/** The first that cannot be read, with why. */
function validateEach(items: readonly string[], parse: (text: string) => unknown): string | null {
  for (const item of items) {
    try {
      parse(item);
    } catch (error) {
      if (!(error instanceof InvalidReferenceError)) throw error;
      return sentence(error.message, error.hint);
    }
  }
  return null;
}

function sentence(message: string, hint: string | undefined): string {
  const text = hint === undefined ? message : `${message}: ${hint}`;
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

export const validateLimits = {
  repositories: (items: string[]) => validateEach(items, parseRepositoryPattern),
  tags: (items: string[]) => validateEach(items, parseTagPattern),
  digests: (items: string[]) => validateEach(items, parseDigest),
};
