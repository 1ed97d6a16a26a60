/** Reads the name of a role from the command line. */

import { quote } from '@pullgate/errors';
import type { RoleName } from '@pullgate/protocol';
import { toUsageError } from '../cli-error.ts';

export const ROLES: readonly RoleName[] = ['owner', 'admin', 'auditor', 'member'];

export function parseRole(text: string): RoleName {
  const role = ROLES.find((name) => name === text);
  if (role === undefined)
    throw toUsageError(`expected a role, got ${quote(text)}`, `roles: ${ROLES.join(', ')}`);
  return role;
}
