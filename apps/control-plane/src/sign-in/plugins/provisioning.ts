/** better-auth's SCIM 2.0 (RFC 7643, RFC 7644): one managed connection per organization, whose id is the provisioning domain. */

import { type SCIMOptions, scim } from '@better-auth/scim';
import type { BetterAuthPlugin, BetterAuthPluginDBSchema } from 'better-auth';
import { ControlPlaneError } from '../../errors.ts';
import type { ProvisioningHooks, SignInHooks } from '../hooks.ts';

/** Its schema has optional tables, which `exactOptionalPropertyTypes` refuses; at run time they are all there. */
type Provisioning = Omit<ReturnType<typeof scim>, 'schema' | 'init'> & {
  schema: BetterAuthPluginDBSchema;
  init: NonNullable<BetterAuthPlugin['init']>;
};

/** A directory keeps few: the one in use, and the next one while it is changed. */
export const MAX_CREDENTIALS = 5;

export function provisioning(hooks: () => SignInHooks, credentialHashSecret: string): Provisioning {
  const plugin = createPlugin(hooks, credentialHashSecret);
  return {
    ...plugin,
    init: async (context) => {
      const made = await plugin.init(context);
      return { ...made, options: { ...made?.options, databaseHooks: keepSessions(hooks) } };
    },
  };
}

/**
 * The plugin ends all sessions of a person whom no directory has as active. One who is active in another organization without a
 * directory would be signed out by the directory of this one.
 */
const keepSessions = (hooks: () => SignInHooks) => ({
  session: {
    delete: {
      before: async ({ userId }: { readonly userId: string }) =>
        (await hooks().provisioning?.keepsSessions(userId)) === true ? false : undefined,
    },
  },
});

const createPlugin = (hooks: () => SignInHooks, credentialHashSecret: string): Provisioning =>
  scim({
    connections: [],
    managedConnections: {
      credentialHashSecret,
      maxActiveCredentials: MAX_CREDENTIALS,
      lastUsedWriteIntervalSeconds: 60,
    },
    ...toCallbacks(() => required(hooks().provisioning)),
    compatibility: { microsoftEntra: { acceptLegacyGroupSchema: true } },
  }) as unknown as Provisioning;

function toCallbacks(hooks: () => ProvisioningHooks): Pick<SCIMOptions, 'identity' | 'projection'> {
  return {
    identity: {
      resolveUser: async ({ provisioningDomainId, resource }) => {
        const userId = await hooks().resolvePerson(provisioningDomainId, resource.primaryEmail);
        // A person who was here before keeps their own name and address.
        return userId === undefined ? { action: 'create' } : { action: 'link', userId, profile: 'preserve' };
      },
    },
    projection: {
      roles: {
        map: ({ provisioningDomainId, source }) => hooks().grantsOf(provisioningDomainId, source),
        exists: () => true,
      },
      reconcileUser: ({ provisioningDomainId, userId, active, grants }) =>
        hooks().reconcilePerson({
          organizationId: provisioningDomainId,
          userId,
          active,
          grants: grants.map(({ role }) => role),
        }),
    },
  };
}

function required(hooks: ProvisioningHooks | undefined): ProvisioningHooks {
  if (hooks === undefined) throw new ControlPlaneError('INTERNAL', 'nothing was given to provision people');
  return hooks;
}
