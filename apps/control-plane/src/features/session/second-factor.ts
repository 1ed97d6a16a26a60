/** Whether an organization requires a second factor that the person lacks. Pure. */

import { ControlPlaneError } from '../../errors.ts';
import type { MembershipRow } from './store.ts';

/** Until they have set one up, such a person may use nothing of the organization. */
export function lacksSecondFactor(
  membership: Pick<MembershipRow, 'role' | 'twoFactorEnabled' | 'two_factor_roles'>,
): boolean {
  const { role, twoFactorEnabled, two_factor_roles: roles } = membership;
  return twoFactorEnabled !== 1 && roles !== null && (JSON.parse(roles) as string[]).includes(role);
}

/** @param at where the settings of the account are, for somebody who is not in front of them */
export function secondFactorRequired(
  { slug, role }: Pick<MembershipRow, 'slug' | 'role'>,
  at?: string,
): ControlPlaneError {
  const message = `the organization ${slug} requires a second factor of the role ${role}`;
  const hint = `set one up in the settings of your account${at === undefined ? '' : `, at ${at}`}`;
  return new ControlPlaneError('TWO_FACTOR_REQUIRED', message, { hint });
}
