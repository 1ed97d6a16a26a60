/** `pullgate team list|create|edit|delete|add|remove`. */

import { orSee } from '../api-error.ts';
import { type Command, type Context, createClient, type TargetOptions } from '../context.ts';
import { type ListingOptions, printJson, printListing } from '../listing.ts';
import { createPeopleClient } from '../people-client.ts';
import { toPrintable } from '../wording.ts';
import { findMember, requireTeam } from './find-person.ts';

interface Options extends TargetOptions, ListingOptions {}

export interface TeamNameOptions extends Options {
  readonly name?: string;
}

const WHICH = 'which there are: pullgate team list';

const open = (context: Context, options: TargetOptions) => createPeopleClient(createClient(context, options));

export const runTeamList: Command<Options> = async (context, options) => {
  const items = await open(context, options).fetchTeams();
  printListing(context.terminal, { items }, options, {
    headings: ['slug', 'name', 'members', 'in the policy'],
    toRow: (team) => [team.slug, team.name, String(team.members), team.used ? 'yes' : 'no'],
    whenEmpty: 'there are no teams\n  make one: pullgate team create SLUG',
  });
  return 0;
};

export const runTeamCreate: Command<TeamNameOptions> = async (context, options, [slug = '']) => {
  const named = options.name === undefined ? {} : { name: options.name };
  const team = await open(context, options).createTeam({ slug, ...named });
  say(context, options, team, `created ${team.slug}`);
  return 0;
};

export const runTeamEdit: Command<TeamNameOptions> = async (context, options, [slug = '']) => {
  const team = await orSee(open(context, options).editTeam(slug, options.name ?? ''), WHICH);
  say(context, options, team, `${team.slug} is now called ${toPrintable(team.name)}`);
  return 0;
};

export const runTeamDelete: Command<Options> = async (context, options, [slug = '']) => {
  await orSee(open(context, options).deleteTeam(slug), WHICH);
  say(context, options, { slug, deleted: true }, `deleted ${slug}`);
  return 0;
};

export const runTeamAdd: Command<Options> = async (context, options, [slug = '', person = '']) => {
  const client = open(context, options);
  await requireTeam(client, slug);
  const { id, email } = await findMember(client, person);
  await orSee(client.addToTeam(slug, id), WHICH);
  say(context, options, { team: slug, person: id, member: true }, `${toPrintable(email)} is in ${slug}`);
  return 0;
};

export const runTeamRemove: Command<Options> = async (context, options, [slug = '', person = '']) => {
  const client = open(context, options);
  await requireTeam(client, slug);
  const { id, email } = await findMember(client, person);
  await orSee(client.removeFromTeam(slug, id), WHICH);
  say(
    context,
    options,
    { team: slug, person: id, member: false },
    `${toPrintable(email)} is no longer in ${slug}`,
  );
  return 0;
};

function say({ terminal }: Context, options: ListingOptions, value: unknown, line: string): void {
  if (options.json === true) printJson(terminal, value);
  else terminal.out(line);
}
