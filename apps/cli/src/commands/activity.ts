/** `pullgate activity list`: what owners and admins did. */

import { type Command, createClient, type TargetOptions } from '../context.ts';
import { type ListingOptions, printListing } from '../listing.ts';
import { formatTime } from '../wording.ts';

export interface ActivityListOptions extends TargetOptions, ListingOptions {
  readonly limit?: number;
  readonly cursor?: string;
  readonly event?: string;
  readonly actor?: string;
}

export const runActivityList: Command<ActivityListOptions> = async (context, options) => {
  const { limit, cursor, event, actor } = options;
  const page = await createClient(context, options).fetchActivity({ limit, cursor, event, actor });
  printListing(context.terminal, page, options, {
    headings: ['when', 'who', 'event', 'what'],
    toRow: (entry) => [formatTime(entry.at), entry.actor.name, entry.event, entry.text],
    whenEmpty: 'nothing has been changed yet',
  });
  return 0;
};
