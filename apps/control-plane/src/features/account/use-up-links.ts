/** Whatever could still let somebody in when a password is changed or set anew. */

import type { Auth } from '../../sign-in/sign-in.ts';
import { writer } from '../members/better-auth-rows.ts';

/** Links that were asked for before, and sign-ins that wait for their second factor, may be in the hands of somebody else. */
export async function useUpLinks(auth: Auth, userId: string): Promise<void> {
  const rows = await writer(auth);
  await rows.deleteMany({ model: 'verification', where: [{ field: 'value', value: userId }] });
}
