/** `pullgate registry discover`: what a registry is made of, asked of the registry itself. Needs no control plane. */

import { lookup } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { type Catalog, parseCatalog, SHIPPED_CATALOG } from '@pullgate/catalog';
import { CodedError } from '@pullgate/errors';
import type { OwnProfile, PolicyDocument } from '@pullgate/policy';
import {
  isDockerHub,
  parseReference,
  parseRegistryHost,
  type RegistryHost,
  registryAddress,
} from '@pullgate/reference';
import { CliError } from '../cli-error.ts';
import { type Command, type Context, createClient, findCredential } from '../context.ts';
import { type Comparison, compareWithCatalog, type FoundHost } from '../discover/compare.ts';
import {
  type Discovery,
  type DiscoveryTarget,
  discoverRegistry,
  toNote,
} from '../discover/discover-registry.ts';
import { fetchHop, isLoopback } from '../discover/fetch-hop.ts';
import { type ListingOptions, printJson } from '../listing.ts';
import { formatColumns, toPrintable } from '../wording.ts';

export interface DiscoverOptions extends ListingOptions {
  readonly ca?: string;
  readonly insecure?: boolean;
}

/** Engines give up later; a person waits. */
const TOTAL_TIMEOUT_MS = 60_000;
/** Docker Hub's API answers under another name than its images have. */
const HUB_API = 'registry-1.docker.io';

export const runRegistryDiscover: Command<DiscoverOptions> = async (context, options, [text = '']) => {
  const { registry, target } = parseTarget(text, options.insecure === true);
  const discovery = await discover(target, options);
  const { catalog, own } = await loadKnown(context);
  const comparison = compareWithCatalog(registry, discovery, catalog.profiles, own);
  if (options.json === true) {
    const { evidence, notes, hasBlob } = discovery;
    printJson(context.terminal, {
      registry,
      evidence,
      catalog: catalog.version,
      ...comparison,
      hasBlob,
      notes,
    });
  } else print(context, registry, discovery, comparison, catalog.version);
  return 0;
};

async function discover(target: DiscoveryTarget, { ca: path }: DiscoverOptions): Promise<Discovery> {
  const { api } = target;
  const signal = AbortSignal.timeout(TOTAL_TIMEOUT_MS);
  const isLocal = await isOnThisMachine(api.hostname.replace(/^\[|\]$/g, ''));
  const ca = path === undefined ? {} : { ca: readPem(resolve(path)) };
  return await discoverRegistry(target, (request) =>
    fetchHop(request, { ...ca, isLocal, isTarget: request.url.host === api.host, signal }),
  );
}

async function isOnThisMachine(host: string): Promise<boolean> {
  if (isIP(host) !== 0) return isLoopback(host);
  const addresses = await lookup(host, { all: true }).catch(() => []);
  return addresses.length > 0 && addresses.every(({ address }) => isLoopback(address));
}

interface Target {
  readonly registry: RegistryHost;
  readonly target: DiscoveryTarget;
}

/** `host[:port]`, or a whole reference; the part before a slash is the registry, whatever it looks like. */
function parseTarget(text: string, insecure: boolean): Target {
  const slash = text.indexOf('/');
  const registry = parseRegistryHost(slash < 0 ? text : text.slice(0, slash), { insecure });
  const { hostname, port } = registryAddress(registry);
  const bracketed = hostname.includes(':') ? `[${hostname}]` : hostname;
  const name = isDockerHub(registry) ? HUB_API : bracketed;
  const api = new URL(`${insecure ? 'http' : 'https'}://${name}:${port}/v2/`);
  if (slash < 0) return { registry, target: { api } };
  // Docker Hub's own repositories have a prefix; elsewhere a host without a dot would be taken for a repository.
  const place = isDockerHub(registry) ? registry : 'registry.invalid';
  const { repository, tag } = parseReference(`${place}${text.slice(slash)}`);
  return { registry, target: { api, repository, ...(tag !== undefined && { tag }) } };
}

/** @throws CliError FILE_UNREADABLE */
function readPem(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    throw new CliError('FILE_UNREADABLE', `cannot read ${JSON.stringify(path)} (${code})`, {
      hint: 'give the path of a PEM file that you may read',
      cause,
    });
  }
}

interface Known {
  readonly catalog: Catalog;
  /** Profiles of the published policy. */
  readonly own: readonly OwnProfile[];
}

const SHIPPED: Known = { catalog: SHIPPED_CATALOG, own: [] };

/** What the organization knows, for whoever is signed in; else, and where it does not answer, what ships with this command. */
async function loadKnown(context: Context): Promise<Known> {
  if (context.config.token === undefined && findCredential(context, {}) === undefined) return SHIPPED;
  try {
    const client = createClient(context, {});
    const [catalog, policy] = await Promise.all([
      client.call({ path: '/catalog/document' }),
      client.fetchPolicy(),
    ]);
    return { catalog: parseCatalog(catalog), own: (policy.document as PolicyDocument).profiles ?? [] };
  } catch (error) {
    if (error instanceof CodedError) return SHIPPED;
    throw error;
  }
}

const EVIDENCE = {
  'version-header': 'a registry, by its version header',
  challenge: 'a registry, by where it sends for tokens',
  'error-body': 'a registry, by its error body',
  'empty-answer': 'perhaps a registry: it answers {} on /v2/',
} as const;

const STATES: Readonly<Record<FoundHost['state'], string>> = {
  listed: 'in the catalog',
  own: 'in the policy',
  inspected: 'serves others too: never opens, the registry is inspected',
  new: 'new',
};

function print(
  context: Context,
  registry: string,
  discovery: Discovery,
  comparison: Comparison,
  version: string,
): void {
  const { terminal } = context;
  const { name, hosts } = comparison;
  const known = name === undefined ? `not in the catalog ${version}` : `${name} in the catalog ${version}`;
  terminal.out(toPrintable(`${registry}   ${EVIDENCE[discovery.evidence]}   ${known}`));
  const rows = [
    ...hosts.filter(({ role }) => role === 'api').map(toRow),
    ...(discovery.hasOwnTokens ? [['token', registry, 'the registry itself']] : []),
    ...hosts.filter(({ role }) => role === 'token').map(toRow),
    ...hosts.filter(({ role }) => role === 'blob').map(toRow),
    ...(discovery.hasBlob && !hosts.some(({ role }) => role === 'blob')
      ? [['blob', registry, 'the registry itself']]
      : []),
  ];
  for (const line of formatColumns(rows.map((row) => row.map(toPrintable)))) terminal.out(`  ${line}`);
  for (const note of discovery.notes) terminal.err(`note: ${toNote(note)}`);
  for (const line of formatAdvice(registry, hosts)) terminal.err(toPrintable(line));
}

/** What is new, as the policy takes it; a host that answers for the registry is nothing that a policy could say. */
function formatAdvice(registry: string, hosts: readonly FoundHost[]): readonly string[] {
  const lists = (['token', 'blob'] as const).flatMap((role) => {
    const found = hosts.filter((one) => one.role === role && one.state === 'new').map(({ host }) => host);
    const list = found.map((host) => JSON.stringify(host)).join(', ');
    return found.length === 0 ? [] : [`        ${role}Hosts: [${list}]`];
  });
  if (lists.length === 0) return [];
  return [
    '  to let what is new come with it, add to the policy (pullgate policy edit):',
    '    profiles:',
    `      - registry: ${JSON.stringify(registry)}`,
    ...lists,
  ];
}

const toRow = ({ role, host, state }: FoundHost): readonly string[] => [role, host, STATES[state]];
