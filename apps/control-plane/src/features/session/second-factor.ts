/** Whether an organization requires a second factor that the person lacks. Pure. */

import type { MembershipRow } from './store.ts';

/** Until they have set one up, such a person may use nothing of the organization. */
export function lacksSecondFactor(
  membership: Pick<MembershipRow, 'role' | 'twoFactorEnabled' | 'two_factor_roles'>,
): boolean {
  const { role, twoFactorEnabled, two_factor_roles: roles } = membership;
  return twoFactorEnabled !== 1 && roles !== null && (JSON.parse(roles) as string[]).includes(role);
}
