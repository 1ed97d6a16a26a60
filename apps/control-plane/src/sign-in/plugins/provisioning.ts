/** better-auth's SCIM 2.0 (RFC 7643, RFC 7644). */

import { scim } from '@better-auth/scim';
import type { BetterAuthPluginDBSchema } from 'better-auth';
import type { SignInHooks } from '../hooks.ts';

/** Its schema has optional tables, which `exactOptionalPropertyTypes` refuses; at run time they are all there. */
type Provisioning = Omit<ReturnType<typeof scim>, 'schema'> & { schema: BetterAuthPluginDBSchema };

export const provisioning = (_hooks: () => SignInHooks, credentialHashSecret: string): Provisioning =>
  scim({ connections: [], managedConnections: { credentialHashSecret } }) as unknown as Provisioning;
