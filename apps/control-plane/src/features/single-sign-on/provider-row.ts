/** better-auth's half of a connection: its `ssoProvider` row, which holds the client secret. Written through better-auth alone. */

import { getCurrentAdapter } from '@better-auth/core/context';
import type { Auth } from '../../sign-in/sign-in.ts';
import type { Endpoints } from './discovery.ts';

export interface ProviderConfig extends Endpoints {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly pkce: true;
  readonly scopes: readonly string[];
}

export interface Provider {
  readonly providerId: string;
  readonly organizationId: string;
  /** Who made it; better-auth wants to know. */
  readonly userId: string;
  readonly config: ProviderConfig;
}

const rowsOf = async (auth: Auth) => await getCurrentAdapter((await auth.$context).adapter);
const named = (providerId: string) => [{ field: 'providerId', value: providerId }];

export async function readProvider(auth: Auth, providerId: string): Promise<ProviderConfig | undefined> {
  const row = await (await rowsOf(auth)).findOne<{ oidcConfig: string }>({
    model: 'ssoProvider',
    where: named(providerId),
  });
  return row === null ? undefined : (JSON.parse(row.oidcConfig) as ProviderConfig);
}

export async function writeProvider(auth: Auth, provider: Provider): Promise<void> {
  const { providerId, organizationId, userId, config } = provider;
  const rows = await rowsOf(auth);
  const data = {
    issuer: config.issuer,
    oidcConfig: JSON.stringify(config),
    userId,
    providerId,
    organizationId,
    // better-auth would route by this; ours are in `sso_domains`. No address has it (RFC 2606).
    domain: `${providerId}.invalid`,
  };
  const known = await rows.update({ model: 'ssoProvider', where: named(providerId), update: data });
  if (known === null) await rows.create({ model: 'ssoProvider', data });
}

/** Subjects of one issuer say nothing about those of the next: without this, another person's `sub` would open the account. */
export async function forgetAccounts(auth: Auth, providerId: string): Promise<void> {
  await (await rowsOf(auth)).deleteMany({ model: 'account', where: named(providerId) });
}

export async function deleteProvider(auth: Auth, providerId: string): Promise<void> {
  await forgetAccounts(auth, providerId);
  await (await rowsOf(auth)).delete({ model: 'ssoProvider', where: named(providerId) });
}
