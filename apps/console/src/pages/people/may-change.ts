/** Whom the person who looks may change: nobody changes owners but owners, and the last active owner stays one. */

import { useQuery } from '@tanstack/react-query';
import { firstMembersQuery, type Member } from '../../api/members.ts';
import { useMay, useOrganization } from '../../api/session.ts';

export interface Changeable {
  readonly mayWrite: boolean;
  /** May write people, but this is an owner. */
  readonly isOwnersOnly: boolean;
  readonly isLastOwner: boolean;
}

export function useChangeable(member: Member): Changeable {
  const { slug } = useOrganization();
  const may = useMay();
  const isOwner = member.role === 'owner' && member.state === 'active';
  const { data } = useQuery({
    ...firstMembersQuery(slug, { role: 'owner', state: 'active' }),
    enabled: isOwner,
  });
  const isOwnersOnly = member.role === 'owner' && !may('organization:write');
  return {
    mayWrite: may('people:write') && !isOwnersOnly,
    isOwnersOnly: may('people:write') && isOwnersOnly,
    // Unknown yet: it is offered when it is known that there is another.
    isLastOwner: isOwner && (data === undefined || data.items.length < 2),
  };
}
