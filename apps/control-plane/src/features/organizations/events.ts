/** What Activity keeps of organizations: slug, name and settings. */

import type { OrganizationRef } from '../../http/principal.ts';
import type { NewActivity } from '../activity/service.ts';

export const organizationCreated = ({ id, slug, name }: OrganizationRef): NewActivity => ({
  event: 'organization.created',
  target: { kind: 'organization', id },
  after: { slug, name },
  text: `set up the organization ${slug}`,
});

export interface EditableFacts {
  readonly name: string;
  readonly twoFactorRoles: readonly string[];
  readonly ssoEnforced: boolean;
}

export const organizationEdited = (id: string, before: EditableFacts, after: EditableFacts): NewActivity => ({
  event: 'organization.edited',
  target: { kind: 'organization', id },
  before,
  after,
  text: `changed the organization: ${changesOf(before, after).join(', ')}`,
});

function changesOf(before: EditableFacts, after: EditableFacts): string[] {
  const roles = after.twoFactorRoles.join(', ') || 'nobody';
  return [
    ...(before.name === after.name ? [] : [`name ${after.name}`]),
    ...(before.twoFactorRoles.join() === after.twoFactorRoles.join()
      ? []
      : [`second factor required of ${roles}`]),
    ...(before.ssoEnforced === after.ssoEnforced
      ? []
      : [`single sign-on ${after.ssoEnforced ? 'required' : 'no longer required'}`]),
  ];
}
