/** `pullgate registry list|add|edit|remove`. Changes wait in the draft until `pullgate policy apply`. */

import { quote } from '@pullgate/errors';
import type { AddRegistry, EditRegistry, RegistryItem } from '@pullgate/protocol';
import type { ApiClient } from '../api-client.ts';
import { CliError, toUsageError } from '../cli-error.ts';
import { type Command, type Context, createClient, type TargetOptions } from '../context.ts';
import { type ListingOptions, printJson, printListing } from '../listing.ts';
import { formatWarnings } from '../policy-text.ts';
import { formatColumns, toPrintable } from '../wording.ts';

type Access = AddRegistry['allow'];

export interface RegistryListOptions extends TargetOptions, ListingOptions {}

export interface RegistryFieldOptions extends TargetOptions, ListingOptions {
  readonly id?: string;
  readonly host?: string;
  readonly name?: string;
  readonly access?: string;
  readonly repositories?: readonly string[];
  readonly tags?: readonly string[];
  readonly digests?: readonly string[];
  readonly teams?: readonly string[];
  readonly insecure?: boolean;
  readonly mirrorOf?: string;
  readonly whenHostOnly?: 'allow' | 'deny';
  readonly because?: string;
}

export const runRegistryList: Command<RegistryListOptions> = async (context, options) => {
  const items = await createClient(context, options).fetchRegistries();
  printListing(context.terminal, { items }, options, {
    headings: ['id', 'registry', 'access', 'repositories', 'for', 'state'],
    toRow: (item) => [
      item.id,
      item.registry,
      formatAccess(item.allow),
      formatLimits(item) || 'all',
      item.teams?.join(', ') ?? 'everyone',
      item.state === 'published' ? 'in force' : `${item.state} in the draft`,
    ],
    whenEmpty: 'no registry is listed, so none can be reached\n  add one: pullgate registry add docker.io',
  });
  return 0;
};

export const runRegistryAdd: Command<RegistryFieldOptions> = async (context, options, [host = '']) => {
  const client = createClient(context, options);
  const item = await client.addRegistry({
    registry: host,
    ...(options.id === undefined ? {} : { id: options.id }),
    ...toSharedFields(options),
    ...toLists(options, (list) => (list === null ? undefined : list)),
    ...(options.mirrorOf === undefined ? {} : { mirrorOf: parseMirror(options.mirrorOf) }),
  });
  printDraftChange(context, options, '+', item);
  await printNotes(context, options, client, item);
  return 0;
};

export const runRegistryEdit: Command<RegistryFieldOptions> = async (context, options, [name = '']) => {
  const client = createClient(context, options);
  const before = await findRegistry(client, name);
  const body: EditRegistry = {
    ...(options.host === undefined ? {} : { registry: options.host }),
    ...toSharedFields(options),
    ...toLists(options, (list) => list),
    ...(options.mirrorOf === undefined ? {} : { mirrorOf: toEditedMirror(options.mirrorOf) }),
  };
  if (Object.keys(body).length === 0) {
    throw toUsageError('nothing to change was given', 'see what can be: pullgate registry edit --help');
  }
  const item = await client.editRegistry(before.id, body);
  printDraftChange(context, options, '~', item);
  await printNotes(context, options, client, item);
  return 0;
};

export const runRegistryRemove: Command<RegistryListOptions> = async (context, options, [name = '']) => {
  const client = createClient(context, options);
  const item = await findRegistry(client, name);
  await client.removeRegistry(item.id);
  printDraftChange(context, options, '-', { ...item, state: 'removed', companions: [] });
  return 0;
};

/** By id, or by host when only one entry has it. */
async function findRegistry(client: ApiClient, name: string): Promise<RegistryItem> {
  const items = await client.fetchRegistries();
  const byId = items.find((item) => item.id === name);
  if (byId !== undefined) return byId;
  const byHost = items.filter((item) => item.registry === name.toLowerCase());
  const [only] = byHost;
  if (only === undefined) {
    throw new CliError('REGISTRY_UNKNOWN', `no registry has the id or host ${quote(name)}`, {
      hint: 'see all: pullgate registry list',
    });
  }
  if (byHost.length > 1) {
    throw new CliError('REGISTRY_AMBIGUOUS', `${byHost.length} entries are for ${quote(name)}`, {
      hint: `name one by its id: ${byHost.map((item) => item.id).join(', ')}`,
    });
  }
  return only;
}

function toSharedFields(options: RegistryFieldOptions) {
  return {
    ...(options.name === undefined ? {} : { name: options.name }),
    ...(options.access === undefined ? {} : { allow: parseAccess(options.access) }),
    ...(options.insecure === undefined ? {} : { insecure: options.insecure }),
    ...(options.whenHostOnly === undefined ? {} : { whenHostOnly: options.whenHostOnly }),
    ...(options.because === undefined ? {} : { because: options.because }),
  };
}

/** `all` (for teams: `everyone`) lifts a limit. */
function toLists<T>(options: RegistryFieldOptions, convert: (list: string[] | null) => T) {
  const fields: Partial<Record<'repositories' | 'tags' | 'digests' | 'teams', NonNullable<T>>> = {};
  for (const key of ['repositories', 'tags', 'digests', 'teams'] as const) {
    const list = options[key]?.flatMap((text) => text.split(',')).map((text) => text.trim());
    if (list === undefined) continue;
    const word = key === 'teams' ? 'everyone' : 'all';
    const converted = convert(
      list.length === 1 && list[0] === word ? null : list.filter((text) => text !== ''),
    );
    if (converted !== undefined) fields[key] = converted as NonNullable<T>;
  }
  return fields;
}

const ACTIONS = ['pull', 'push', 'delete', 'catalog'] as const;

function parseAccess(text: string): NonNullable<Access> {
  if (text === 'none') return [];
  return text.split(',').map((word) => {
    const action = ACTIONS.find((name) => name === word.trim());
    if (action === undefined) {
      throw toUsageError(
        `expected an access of pull, push, delete, catalog or none, got ${quote(word)}`,
        'for example: --access pull,push',
      );
    }
    return action;
  });
}

function parseMirror(text: string): { registry: string; prefix?: string } {
  const slash = text.indexOf('/');
  if (slash < 0) return { registry: text };
  return { registry: text.slice(0, slash), prefix: text.slice(slash + 1) };
}

/** `none` makes it no mirror any more. */
const toEditedMirror = (text: string): NonNullable<EditRegistry['mirrorOf']> | null =>
  text === 'none' ? null : parseMirror(text);

const formatAccess = (allow: readonly string[]): string =>
  allow.length === 0 ? 'blocked' : allow.join(', ');

const formatLimits = (item: RegistryItem): string =>
  [
    ...(item.repositories ?? []),
    ...(item.tags ?? []).map((tag) => `:${tag}`),
    ...(item.digests ?? []).map((digest) => `@${digest.slice(0, 19)}`),
  ].join(', ');

function printDraftChange(
  context: Context,
  options: ListingOptions,
  sign: '+' | '~' | '-',
  item: RegistryItem,
): void {
  if (options.json === true) {
    printJson(context.terminal, item);
    return;
  }
  const style = { '+': 'green', '~': 'yellow', '-': 'red' } as const;
  const cells = [item.registry, formatAccess(item.allow), formatLimits(item), item.teams?.join(', ') ?? ''];
  const [line] = formatColumns([cells.filter((cell) => cell !== '').map(toPrintable)]);
  const companions =
    item.companions.length === 0
      ? ''
      : `        hosts that come with it: ${item.companions.map(toPrintable).join(', ')}`;
  context.terminal.out(`draft: ${context.terminal.paint(style[sign], `${sign} ${line}`)}${companions}`);
  context.terminal.err('  in force after: pullgate policy apply');
}

/** What the owner should know of this entry at once and not only when publishing: what it will not do, and that it is not alone. */
async function printNotes(
  context: Context,
  options: ListingOptions,
  client: ApiClient,
  item: RegistryItem,
): Promise<void> {
  if (options.json === true) return;
  const [draft, items] = await Promise.all([client.fetchDraft(), client.fetchRegistries()]);
  const warnings = draft.warnings.filter(({ path }) => path === `/registries/${item.id}`);
  for (const line of formatWarnings(context.terminal, warnings)) context.terminal.err(line);
  const others = items.filter(
    ({ id, registry, state }) => id !== item.id && registry === item.registry && state !== 'removed',
  );
  if (others.length === 0) return;
  const ids = others.map(({ id }) => toPrintable(id)).join(', ');
  context.terminal.err(
    `note: ${toPrintable(item.registry)} has other entries as well: ${ids} (to change one: pullgate registry edit ID)`,
  );
}
