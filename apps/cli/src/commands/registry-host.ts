/** `pullgate registry host list|accept|dismiss`: hosts that registries were seen to use and that nobody knew. */

import { quote } from '@pullgate/errors';
import type { ProfileList, RegistryHostItem, RegistryHostPage } from '@pullgate/protocol';
import type { ApiClient } from '../api-client.ts';
import { toNotFound } from '../cli-error.ts';
import { type Command, type Context, createClient, type TargetOptions } from '../context.ts';
import { type ListingOptions, printJson, printListing } from '../listing.ts';
import { formatCount, formatTime, toPrintable } from '../wording.ts';

export interface RegistryHostListOptions extends TargetOptions, ListingOptions {
  readonly registry?: string;
  readonly state?: RegistryHostItem['state'];
  readonly cursor?: string;
  readonly limit?: number;
}

export interface RegistryHostOptions extends TargetOptions, ListingOptions {
  readonly as?: keyof typeof LISTS;
}

/** Words of `--as`, and the list of the profile that each stands for. */
export const LISTS = {
  token: 'tokenHosts',
  blobs: 'blobHosts',
  shared: 'broadBlobHosts',
} as const satisfies Record<string, ProfileList>;

const MEANINGS: Readonly<Record<ProfileList, string>> = {
  tokenHosts: 'token host',
  blobHosts: 'blob host',
  broadBlobHosts: 'shared storage, never opened as such',
};

type HostQuery = Readonly<Record<string, string | number | undefined>>;

const fetchHosts = ({ call }: ApiClient, query: HostQuery) =>
  call<RegistryHostPage>({ path: '/registry-hosts', query });

export const runRegistryHostList: Command<RegistryHostListOptions> = async (context, options) => {
  const { registry, state = 'waiting', cursor, limit } = options;
  const page = await fetchHosts(createClient(context, options), { registry, state, cursor, limit });
  printListing(context.terminal, page, options, {
    headings: ['registry', 'host', 'as', 'machines', 'attempts', 'since', 'state'],
    toRow: (item) => [
      item.registry,
      item.host,
      item.kinds.join(', '),
      String(item.machines),
      String(item.attempts),
      formatTime(item.firstSeenAt),
      item.state,
    ],
    whenEmpty: `no host ${state === 'waiting' ? 'waits for a decision' : `is ${state}`}`,
  });
  if (options.json !== true) printOverflow(context, page);
  return 0;
};

function printOverflow({ terminal }: Context, { overflow }: RegistryHostPage): void {
  for (const { registry, day, sightings, machines } of overflow) {
    const where = machines === 0 ? '' : `, on ${formatCount(machines, 'machine')}`;
    terminal.err(
      `${toPrintable(registry)} named more hosts than are kept on ${day}: ${formatCount(sightings, 'time')}${where}`,
    );
  }
}

export const runRegistryHostAccept: Command<RegistryHostOptions> = async (
  context,
  options,
  [registry = '', host = ''],
) => {
  const client = createClient(context, options);
  const { id } = await findHost(client, registry, host);
  const item = await client.call<RegistryHostItem>({
    method: 'POST',
    path: `/registry-hosts/${encodeURIComponent(id)}/accept`,
    body: options.as === undefined ? {} : { list: LISTS[options.as] },
  });
  if (options.json === true) printJson(context.terminal, item);
  else printAccepted(context, item, options.as === undefined ? item.list : LISTS[options.as]);
  return 0;
};

function printAccepted({ terminal }: Context, { registry, host }: RegistryHostItem, list: ProfileList): void {
  const line = `+ hosts of ${toPrintable(registry)}   ${toPrintable(host)}   ${MEANINGS[list]}`;
  terminal.out(`draft: ${terminal.paint('green', line)}`);
  terminal.err('  in force after: pullgate policy apply');
}

export const runRegistryHostDismiss: Command<RegistryHostOptions> = async (
  context,
  options,
  [registry = '', host = ''],
) => {
  const client = createClient(context, options);
  const { id } = await findHost(client, registry, host);
  const path = `/registry-hosts/${encodeURIComponent(id)}/dismiss`;
  const item = await client.call<RegistryHostItem>({ method: 'POST', path });
  if (options.json === true) printJson(context.terminal, item);
  else context.terminal.out(`dismissed ${toPrintable(host)} of ${toPrintable(registry)}`);
  return 0;
};

async function findHost(client: ApiClient, registry: string, host: string): Promise<RegistryHostItem> {
  let cursor: string | undefined;
  do {
    const page = await fetchHosts(client, { registry: registry.toLowerCase(), cursor, limit: 200 });
    const found = page.items.find((item) => item.host === host.toLowerCase());
    if (found !== undefined) return found;
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  throw toNotFound(
    `no machine saw ${quote(registry)} use ${quote(host)}`,
    'see what they saw: pullgate registry host list',
  );
}
