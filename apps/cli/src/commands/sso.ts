/** `pullgate sso show|set|test|remove` and `pullgate domain list|add|verify|remove`. */

import type { ClaimedDomain, RoleName, SetSsoConnection, SsoConnection } from '@pullgate/protocol';
import { orSee } from '../api-error.ts';
import { type Command, type Context, createClient, type TargetOptions } from '../context.ts';
import { type ListingOptions, printJson, printListing } from '../listing.ts';
import { createPeopleClient } from '../people-client.ts';
import { confirm } from '../terminal.ts';
import { formatColumns, toPrintable } from '../wording.ts';
import { findDomain } from './find-person.ts';
import { formatMapping, parseMappings } from './group-mapping.ts';

interface Options extends TargetOptions, ListingOptions {}

const CONNECT = 'connect one: pullgate sso set --issuer URL --client-id ID --secret-stdin';

const open = (context: Context, options: TargetOptions) => createPeopleClient(createClient(context, options));

export const runSsoShow: Command<Options> = async (context, options) => {
  show(context, options, await orSee(open(context, options).fetchSso(), CONNECT));
  return 0;
};

export interface SsoSetOptions extends Options {
  readonly issuer: string;
  readonly clientId: string;
  readonly secretStdin?: boolean;
  readonly groupsClaim?: string;
  readonly scopes?: readonly string[];
  readonly justInTime?: boolean;
  readonly defaultRole?: RoleName;
  readonly map?: readonly string[];
}

export const runSsoSet: Command<SsoSetOptions> = async (context, options) => {
  const body: SetSsoConnection = {
    issuer: options.issuer,
    clientId: options.clientId,
    // Never as an option: other people of this machine see those.
    ...(options.secretStdin === true ? { clientSecret: (await context.terminal.readAll()).trim() } : {}),
    ...(options.groupsClaim === undefined ? {} : { groupsClaim: options.groupsClaim }),
    ...(options.scopes === undefined ? {} : { scopes: options.scopes.flatMap((text) => text.split(',')) }),
    ...(options.justInTime === undefined ? {} : { justInTime: options.justInTime }),
    ...(options.defaultRole === undefined ? {} : { defaultRole: options.defaultRole }),
    ...(options.map === undefined ? {} : { mappings: parseMappings(options.map) }),
  };
  show(context, options, await open(context, options).setSso(body));
  return 0;
};

export const runSsoTest: Command<Options> = async (context, options) => {
  const test = await orSee(open(context, options).testSso(), CONNECT);
  if (options.json === true) printJson(context.terminal, test);
  else {
    const rows = test.steps.map(({ name, ok, text }) => [ok ? '✓' : '✗', name, toPrintable(text)]);
    for (const line of formatColumns(rows)) context.terminal.out(line);
    if (!test.ok) context.terminal.err('  mend it there, or here: pullgate sso set; then: pullgate sso test');
  }
  return test.ok ? 0 : 1;
};

export interface RemoveOptions extends Options {
  readonly yes?: boolean;
}

export const runSsoRemove: Command<RemoveOptions> = async (context, options) => {
  const question = 'Remove single sign-on? Nobody signs in by it afterwards.';
  if (!(await confirm(context.terminal, question, options.yes === true))) {
    context.terminal.err('nothing changed');
    return 1;
  }
  await orSee(open(context, options).removeSso(), CONNECT);
  if (options.json === true) printJson(context.terminal, { removed: true });
  else context.terminal.out('removed single sign-on');
  return 0;
};

function show({ terminal }: Context, options: ListingOptions, connection: SsoConnection): void {
  if (options.json === true) {
    printJson(terminal, connection);
    return;
  }
  terminal.out(toPrintable(connection.issuer));
  terminal.out(`  client         ${toPrintable(connection.clientId)}`);
  terminal.out(`  redirect URI   ${connection.redirectUri}`);
  terminal.out(`  scopes         ${connection.scopes.join(' ')}`);
  terminal.out(
    `  groups         ${connection.mappings.length === 0 ? 'give nothing' : `by the claim ${toPrintable(connection.groupsClaim)}`}`,
  );
  for (const mapping of connection.mappings) terminal.out(`    ${toPrintable(formatMapping(mapping))}`);
  terminal.out(
    `  newcomers      ${connection.justInTime ? `become ${connection.defaultRole}` : 'need an invitation'}`,
  );
}

export const runDomainList: Command<Options> = async (context, options) => {
  const { items } = await open(context, options).fetchDomains();
  printListing(context.terminal, { items }, options, {
    headings: ['domain', 'state', 'TXT record', 'value'],
    toRow: ({ domain, state, record }) => [domain, state, record.name, record.value],
    whenEmpty: 'no domain is claimed\n  claim one: pullgate domain add acme.example',
  });
  return 0;
};

export const runDomainAdd: Command<Options> = async (context, options, [name = '']) => {
  say(context, options, await open(context, options).claimDomain(name));
  return 0;
};

export const runDomainVerify: Command<Options> = async (context, options, [name = '']) => {
  const client = open(context, options);
  const { id } = await findDomain(client, name);
  say(context, options, await client.verifyDomain(id));
  return 0;
};

export const runDomainRemove: Command<Options> = async (context, options, [name = '']) => {
  const client = open(context, options);
  const { id, domain } = await findDomain(client, name);
  await client.removeDomain(id);
  if (options.json === true) printJson(context.terminal, { id, removed: true });
  else context.terminal.out(`removed ${domain}`);
  return 0;
};

function say({ terminal }: Context, options: ListingOptions, claimed: ClaimedDomain): void {
  if (options.json === true) printJson(terminal, claimed);
  else if (claimed.state === 'verified') terminal.out(`${claimed.domain} is yours`);
  else {
    terminal.out(`${claimed.domain} waits for its proof; set this TXT record:`);
    terminal.out(`  ${claimed.record.name}   ${claimed.record.value}`);
    terminal.err(`  then: pullgate domain verify ${claimed.domain}`);
  }
}
