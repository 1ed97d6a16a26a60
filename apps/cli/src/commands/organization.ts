/** `pullgate organization list|create|show|edit`. */

import type { Organization, RoleName, UpdateOrganization } from '@pullgate/protocol';
import { toUsageError } from '../cli-error.ts';
import { type Command, type Context, createClient, type TargetOptions } from '../context.ts';
import { type ListingOptions, printJson, printListing } from '../listing.ts';
import { createPeopleClient } from '../people-client.ts';
import { toPrintable } from '../wording.ts';
import { parseRole } from './parse-role.ts';

interface Options extends TargetOptions, ListingOptions {}

const open = (context: Context, options: TargetOptions) => createPeopleClient(createClient(context, options));

export const runOrganizationList: Command<Options> = async (context, options) => {
  const items = await open(context, options).fetchOrganizations();
  printListing(context.terminal, { items }, options, {
    headings: ['slug', 'name', 'your role'],
    toRow: ({ slug, name, role }) => [slug, name, role],
    whenEmpty: 'you have no place in any organization\n  ask an owner of one to invite you',
  });
  return 0;
};

export interface OrganizationCreateOptions extends Options {
  readonly name?: string;
}

export const runOrganizationCreate: Command<OrganizationCreateOptions> = async (
  context,
  options,
  [slug = ''],
) => {
  const made = await open(context, options).createOrganization({
    slug,
    ...(options.name === undefined ? {} : { name: options.name }),
  });
  if (options.json === true) printJson(context.terminal, made);
  else {
    context.terminal.out(`created ${made.slug}`);
    context.terminal.err(`  sign in to it: pullgate login --organization ${made.slug}`);
  }
  return 0;
};

export const runOrganizationShow: Command<Options> = async (context, options) => {
  show(context, options, await open(context, options).fetchOrganization());
  return 0;
};

export interface OrganizationEditOptions extends Options {
  readonly name?: string;
  readonly twoFactor?: readonly string[];
  readonly sso?: 'enforced' | 'optional';
}

export const runOrganizationEdit: Command<OrganizationEditOptions> = async (context, options) => {
  const changes: UpdateOrganization = {
    ...(options.name === undefined ? {} : { name: options.name }),
    ...(options.twoFactor === undefined ? {} : { twoFactorRoles: parseRoles(options.twoFactor) }),
    ...(options.sso === undefined ? {} : { ssoEnforced: options.sso === 'enforced' }),
  };
  if (Object.keys(changes).length === 0) {
    throw toUsageError('nothing to change was given', 'give --name, --two-factor or --sso');
  }
  show(context, options, await open(context, options).editOrganization(changes));
  return 0;
};

function parseRoles(texts: readonly string[]): RoleName[] {
  const words = texts.flatMap((text) => text.split(',')).map((word) => word.trim());
  return words.length === 1 && words[0] === 'none' ? [] : [...new Set(words.map(parseRole))];
}

function show({ terminal }: Context, options: ListingOptions, organization: Organization): void {
  if (options.json === true) {
    printJson(terminal, organization);
    return;
  }
  const { slug, name, role, twoFactorRoles, ssoEnforced } = organization;
  terminal.out(`${slug} · ${toPrintable(name)}`);
  terminal.out(`  your role       ${role}`);
  terminal.out(
    `  second factor   ${twoFactorRoles.length === 0 ? 'required of nobody' : `required of ${twoFactorRoles.join(', ')}`}`,
  );
  terminal.out(`  single sign-on  ${ssoEnforced ? 'enforced; owners keep their password' : 'optional'}`);
}
