/** What Activity keeps of members: people by id, role, state, teams by slug. */

import type { NewActivity } from '../activity/service.ts';
import type { PlaceRow } from './store.ts';

const target = (userId: string) => ({ kind: 'member', id: userId });

const facts = ({ role, deactivatedAt, source }: PlaceRow) => ({
  role,
  state: deactivatedAt === null ? 'active' : 'deactivated',
  source: source ?? 'manual',
});

/** Whoever reads of a change of somebody whom a directory manages should know that the directory may undo it. */
const managed = ({ source }: PlaceRow) => (source === 'scim' ? ', whom a directory (SCIM) manages' : '');

export const memberAdded = (userId: string, role: string, source: string): NewActivity => ({
  event: 'member.added',
  target: target(userId),
  after: { role, state: 'active', source },
  text: `added a member with the role ${role}`,
});

export const roleChanged = (place: PlaceRow, role: string): NewActivity => ({
  event: 'member.role-changed',
  target: target(place.userId),
  before: facts(place),
  after: { ...facts(place), role },
  text: `changed the role of a member${managed(place)}, from ${place.role} to ${role}`,
});

export const memberDeactivated = (place: PlaceRow): NewActivity => ({
  event: 'member.deactivated',
  target: target(place.userId),
  before: facts(place),
  after: { ...facts(place), state: 'deactivated' },
  text: `deactivated a member${managed(place)}`,
});

export const memberReactivated = (place: PlaceRow): NewActivity => ({
  event: 'member.reactivated',
  target: target(place.userId),
  before: facts(place),
  after: { ...facts(place), state: 'active' },
  text: `reactivated a member${managed(place)}`,
});

export const memberRemoved = (place: PlaceRow): NewActivity => ({
  event: 'member.removed',
  target: target(place.userId),
  before: facts(place),
  text: `removed a member${managed(place)}`,
});

export const memberLeft = (place: PlaceRow): NewActivity => ({
  event: 'member.left',
  target: target(place.userId),
  before: facts(place),
  text: 'left the organization',
});

export const teamJoined = (slug: string, userId: string): NewActivity => ({
  event: 'team.member-added',
  target: { kind: 'team', id: slug },
  after: { member: userId },
  text: `added a member to the team ${slug}`,
});

export const teamLeft = (slug: string, userId: string): NewActivity => ({
  event: 'team.member-removed',
  target: { kind: 'team', id: slug },
  before: { member: userId },
  text: `removed a member from the team ${slug}`,
});
