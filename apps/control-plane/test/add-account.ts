/** Makes people for tests in a running control plane, by the same code that invitations and directories use. */

import type { Core } from '../src/core.ts';
import type { Actor } from '../src/features/activity/service.ts';
import { createMembership, type MembershipSource } from '../src/features/members/membership.ts';
import type { Role } from '../src/http/principal.ts';

const ON_THE_SERVER: Actor = { kind: 'system', id: 'system', from: { address: 'local' } };

/** Id of the person, who can sign in by password; an account that is there already gets a further place. */
export async function addAccount(
  core: Core,
  organizationId: string,
  person: {
    readonly email: string;
    readonly name?: string;
    readonly password: string;
    readonly role: Role;
    readonly source?: MembershipSource;
  },
): Promise<string> {
  const { email, name = email.split('@')[0] ?? email, password, role, source } = person;
  const { id } = await core.signIn.findOrCreateUser({ email, name });
  await core.signIn.setCredentials(id, { email, name, password });
  const membership = createMembership({ ...core, activity: core.activity.log });
  await core.db
    .transaction()
    .execute((trx) => membership.add(trx, ON_THE_SERVER, { organizationId, userId: id }, role, source));
  return id;
}
