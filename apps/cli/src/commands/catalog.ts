/** `pullgate catalog`: what the known registries are made of, kept up to date between releases. */

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { generateKeyPair, keyFingerprint, type PrivateJwk, signCatalog, toPublicJwk } from '@pullgate/bundle';
import {
  formatCatalog,
  MAX_CATALOG_BYTES,
  parseCatalog,
  parseCatalogText,
  toCatalogJson,
} from '@pullgate/catalog';
import type {
  CatalogDocument,
  CatalogKey,
  CatalogMoved,
  CatalogState,
  ImportCatalog,
  TrustCatalogKey,
} from '@pullgate/protocol';
import type { ApiClient } from '../api-client.ts';
import { CliError, toNotFound, toUsageError } from '../cli-error.ts';
import { type Command, type Context, createClient, type TargetOptions } from '../context.ts';
import { type ListingOptions, printJson, printListing } from '../listing.ts';
import { writeNewFile } from '../new-file.ts';
import { createSecretFile } from '../new-secret-file.ts';
import { formatTime, toPrintable } from '../wording.ts';

interface Options extends TargetOptions, ListingOptions {}

export interface MoveOptions extends Options {
  readonly force?: boolean;
}

export interface SignOptions extends ListingOptions {
  readonly key: string;
  readonly output: string;
}

export interface TrustOptions extends Options {
  readonly name?: string;
}

const open = (context: Context, options: TargetOptions) =>
  createCatalogClient(createClient(context, options));

function createCatalogClient({ call }: ApiClient) {
  const get = <T>(path: string) => call<T>({ path: `/catalog/${path}` });
  const post = <T>(path: string, body?: unknown) =>
    call<T>({ method: 'POST', path: `/catalog/${path}`, ...(body === undefined ? {} : { body }) });
  return {
    fetchState: () => get<CatalogState>('state'),
    fetchDocument: () => get<CatalogDocument>('document'),
    importCatalog: (body: ImportCatalog) => post<CatalogMoved>('import', body),
    apply: (force: boolean) => post<CatalogMoved>('apply', { force }),
    reset: () => post<CatalogMoved>('reset'),
    fetchKeys: () => get<{ readonly items: readonly CatalogKey[] }>('keys'),
    trustKey: (body: TrustCatalogKey) => post<CatalogKey>('keys', body),
    distrustKey: (fingerprint: string) =>
      call<void>({ method: 'DELETE', path: `/catalog/keys/${encodeURIComponent(fingerprint)}` }),
  };
}

export const runCatalogShow: Command<Options> = async (context, options) => {
  const state = await open(context, options).fetchState();
  if (options.json === true) printJson(context.terminal, state);
  else for (const line of formatState(state)) context.terminal.out(line);
  if (options.json !== true && !state.published.isCurrent) {
    context.terminal.err('  the next publish takes it, or at once: pullgate catalog apply');
  }
  return 0;
};

function formatState({
  version,
  profiles,
  source,
  shipped,
  published,
  imported,
  keys,
}: CatalogState): string[] {
  const nameOf = (signer: string) => keys.find((key) => key.fingerprint === signer)?.name ?? signer;
  const origin =
    imported === undefined
      ? 'ships with this server'
      : `imported ${formatTime(imported.at)} by ${imported.by.name}, signed by ${nameOf(imported.signer)}`;
  const machines = published.isCurrent ? 'this one' : published.version;
  return [
    `catalog ${version} · ${profiles} registries · ${origin}`,
    `  machines judge by   ${machines} (r${published.revision})`,
    ...(source === 'shipped' ? [] : [`  this server ships   ${shipped}`]),
    `  own keys            ${keys.map(({ name }) => name).join(', ') || 'none'}`,
  ].map(toPrintable);
}

export const runCatalogExport: Command<Options> = async (context, options, [file = '']) => {
  const catalog = parseCatalog(await open(context, options).fetchDocument());
  const path = resolve(file);
  writeNewFile(path, formatCatalog(catalog));
  say(context, options, { file: path, version: catalog.version }, `wrote ${catalog.version} to ${path}`);
  return 0;
};

export const runCatalogSign: Command<SignOptions> = async (context, options, [file = '']) => {
  const catalog = parseCatalogText(readText(resolve(file), MAX_CATALOG_BYTES));
  const key = readKey(resolve(options.key));
  const path = resolve(options.output);
  writeNewFile(path, `${await signCatalog(toCatalogJson(catalog), key)}\n`);
  const signed = { file: path, version: catalog.version, signer: await keyFingerprint(key) };
  say(context, options, signed, `signed ${catalog.version} as ${path}`);
  if (options.json !== true) context.terminal.err(`  then: pullgate catalog import ${options.output}`);
  return 0;
};

export const runCatalogImport: Command<MoveOptions> = async (context, options, [file = '']) => {
  const signed = readText(resolve(file), 1024 * 1024).trim();
  const force = options.force === true;
  sayMoved(context, options, await open(context, options).importCatalog({ signed, force }));
  return 0;
};

export const runCatalogApply: Command<MoveOptions> = async (context, options) => {
  sayMoved(context, options, await open(context, options).apply(options.force === true));
  return 0;
};

export const runCatalogReset: Command<Options> = async (context, options) => {
  sayMoved(context, options, await open(context, options).reset());
  return 0;
};

export const runCatalogKeyCreate: Command<ListingOptions> = async (context, options, [file = '']) => {
  const path = resolve(file);
  const secret = createSecretFile(path);
  const { publicKey, privateKey } = generateKeyPair();
  secret.write(`${JSON.stringify(privateKey)}\n`);
  secret.close();
  const made = { file: path, publicKey: publicKey.x, fingerprint: await keyFingerprint(publicKey) };
  say(context, options, made, `wrote the private key to ${path}; keep it offline`);
  if (options.json === true) return 0;
  context.terminal.out(`public key   ${made.publicKey}`);
  context.terminal.err(`  an owner trusts it by: pullgate catalog key trust ${made.publicKey}`);
  return 0;
};

export const runCatalogKeyList: Command<Options> = async (context, options) => {
  printListing(context.terminal, await open(context, options).fetchKeys(), options, {
    headings: ['fingerprint', 'name', 'trusted since'],
    toRow: ({ fingerprint, name, createdAt }) => [fingerprint, name, formatTime(createdAt)],
    whenEmpty: 'no key of your own is trusted for catalogs\n  make one: pullgate catalog key create FILE',
  });
  return 0;
};

export const runCatalogKeyTrust: Command<TrustOptions> = async (context, options, [publicKey = '']) => {
  const { name = 'own' } = options;
  const key = await open(context, options).trustKey({ name, publicKey: parsePublicKey(publicKey) });
  say(context, options, key, `catalogs signed by ${toPrintable(key.name)} (${key.fingerprint}) are taken`);
  return 0;
};

export const runCatalogKeyDistrust: Command<Options> = async (context, options, [name = '']) => {
  const client = open(context, options);
  const { items } = await client.fetchKeys();
  const key = items.find((one) => one.fingerprint === name) ?? items.find((one) => one.name === name);
  if (key === undefined) {
    throw toNotFound('no trusted key has this name or fingerprint', 'see all: pullgate catalog key list');
  }
  await client.distrustKey(key.fingerprint);
  say(
    context,
    options,
    { fingerprint: key.fingerprint, removed: true },
    `${toPrintable(key.name)} is no longer trusted`,
  );
  return 0;
};

function sayMoved(context: Context, options: ListingOptions, moved: CatalogMoved): void {
  const { from, to, revision } = moved;
  say(context, options, moved, toPrintable(`r${revision} published · catalog ${from} → ${to}`));
}

function say({ terminal }: Context, options: ListingOptions, value: unknown, words: string): void {
  if (options.json === true) printJson(terminal, value);
  else terminal.out(words);
}

/** @throws CliError FILE_UNREADABLE */
function readText(path: string, maxBytes: number): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw unreadable(path, (cause as NodeJS.ErrnoException).code ?? 'unknown', cause);
  }
  if (text.length > maxBytes) throw unreadable(path, `more than ${maxBytes} bytes`);
  return text;
}

function unreadable(path: string, why: string, cause?: unknown): CliError {
  return new CliError('FILE_UNREADABLE', `cannot read ${JSON.stringify(path)} (${why})`, {
    hint: 'give the path of a file that you may read',
    cause,
  });
}

/** @throws CliError FILE_UNREADABLE */
function readKey(path: string): PrivateJwk {
  try {
    const key = JSON.parse(readText(path, 4096)) as Partial<PrivateJwk>;
    const { d } = key;
    if (typeof d !== 'string') throw unreadable(path, 'no private key');
    return { ...toPublicJwk(key), d };
  } catch (cause) {
    throw cause instanceof CliError ? cause : unreadable(path, 'no Ed25519 key as JWK', cause);
  }
}

function parsePublicKey(text: string): string {
  if (/^[A-Za-z0-9_-]{43}$/.test(text)) return text;
  throw toUsageError('expected a public key of 43 characters', 'pullgate catalog key create FILE prints it');
}
