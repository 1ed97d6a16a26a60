/** Open invitations: listed, made, sent again, taken back. */

import { useChange } from './change.ts';
import { answerOf, api, type Schemas } from './client.ts';
import { useListing } from './listing.ts';
import { useOrganization } from './session.ts';

export type Invitation = Schemas['Invitation'];
export type InvitationWish = Schemas['CreateInvitation'];

export function useInvitations() {
  const { slug } = useOrganization();
  return useListing<Invitation>(['invitations', slug], (cursor, signal) =>
    answerOf(
      api.GET('/api/v1/organizations/{organization}/invitations', {
        params: { path: { organization: slug }, query: cursor === undefined ? {} : { cursor } },
        signal,
      }),
    ),
  );
}

export function useInvite() {
  const { slug } = useOrganization();
  return useChange([['invitations', slug]], (body: InvitationWish) =>
    answerOf(
      api.POST('/api/v1/organizations/{organization}/invitations', {
        params: { path: { organization: slug } },
        body,
      }),
    ),
  );
}

export function useResendInvitation() {
  const { slug } = useOrganization();
  return useChange([['invitations', slug]], (id: string) =>
    answerOf(
      api.POST('/api/v1/organizations/{organization}/invitations/{id}/resend', {
        params: { path: { organization: slug, id } },
      }),
    ),
  );
}

export function useRevokeInvitation() {
  const { slug } = useOrganization();
  return useChange([['invitations', slug]], (id: string) =>
    answerOf(
      api.DELETE('/api/v1/organizations/{organization}/invitations/{id}', {
        params: { path: { organization: slug, id } },
      }),
    ),
  );
}
