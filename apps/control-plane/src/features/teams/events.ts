/** What Activity keeps of teams: slug and name. */

import type { NewActivity } from '../activity/service.ts';

const target = (slug: string) => ({ kind: 'team', id: slug });

export const teamCreated = (slug: string, name: string): NewActivity => ({
  event: 'team.created',
  target: target(slug),
  after: { slug, name },
  text: `created the team ${slug}`,
});

export const teamEdited = (slug: string, before: string, after: string): NewActivity => ({
  event: 'team.edited',
  target: target(slug),
  before: { name: before },
  after: { name: after },
  text: `renamed the team ${slug}`,
});

export const teamDeleted = (slug: string, name: string): NewActivity => ({
  event: 'team.deleted',
  target: target(slug),
  before: { slug, name },
  text: `deleted the team ${slug}`,
});
