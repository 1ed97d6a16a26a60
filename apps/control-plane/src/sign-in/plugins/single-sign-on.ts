/**
 * better-auth's OpenID Connect sign-in. Ours to add: the nonce, which hosts may be asked, and whose person an identity is.
 * Its own ideas of domains and of organizations are off; ours stand in `features/domains` and `features/single-sign-on`.
 */

import { AsyncLocalStorage } from 'node:async_hooks';
import { createHmac } from 'node:crypto';
import { sso } from '@better-auth/sso';
import type { Origin } from '../../http/origin.ts';
import type { SignInHooks } from '../hooks.ts';

/** One request of a sign-in through an identity provider. */
export interface SsoRequest {
  /** The origins of the connection's endpoints; no other host is asked. */
  readonly endpoints: ReadonlySet<string>;
  readonly from: Origin;
  /** Nonce of the authorization request that this callback answers. */
  readonly nonce?: string;
  /** Filled in when the person was let in: who must hear of it after the commit. */
  admitted?: { readonly organizationId: string; readonly userId: string };
}

const current = new AsyncLocalStorage<SsoRequest>();

/** Runs better-auth's part of the request; it asks the endpoints of this connection and trusts no other host. */
export function withSsoRequest<T>(request: SsoRequest, work: () => Promise<T>): Promise<T> {
  return current.run(request, work);
}

/** better-auth binds the callback to the browser by its state; the nonce, made of it, binds the ID token too. */
export function nonceOf(secret: string, state: string): string {
  return createHmac('sha256', secret).update(`single-sign-on nonce ${state}`).digest('base64url');
}

type ResolveUser = NonNullable<NonNullable<Parameters<typeof sso>[0]>['resolveUser']>;
type Context = { isTrustedOrigin: (url: string, settings?: { allowRelativePaths: boolean }) => boolean };

export const singleSignOn = (hooks: () => SignInHooks) => {
  const plugin = sso({
    organizationProvisioning: { disabled: true },
    trustEmailVerified: true,
    resolveUser: (input) => resolveUser(hooks(), input),
  });
  // Its type leaves out `init`, which is there.
  const { init } = plugin as unknown as { init: (context: Context) => { context?: object } };
  return {
    ...plugin,
    init: (context: Context) => {
      const made = init(context);
      return { ...made, context: { ...made.context, isTrustedOrigin: trusting(context) } };
    },
  };
};

/** Identity providers stand in private networks too; which ones are asked was judged when the connection was made. */
function trusting(context: Context): Context['isTrustedOrigin'] {
  const { isTrustedOrigin } = context;
  return function isTrusted(this: Context, url, settings) {
    if (isTrustedOrigin.call(this, url, settings)) return true;
    return URL.canParse(url) && current.getStore()?.endpoints.has(new URL(url).origin) === true;
  };
}

async function resolveUser(
  { singleSignOn: hook }: SignInHooks,
  input: Parameters<ResolveUser>[0],
): Promise<Awaited<ReturnType<ResolveUser>>> {
  const request = current.getStore();
  if (hook === undefined || request === undefined || input.protocol !== 'oidc') return refuse('sso_off');
  const { verifiedIdTokenClaims, providerClaims, providerId, accountKey } = input;
  // Somebody who got hold of another sign-in's ID token, or a provider that mixes them up.
  if (verifiedIdTokenClaims.nonce !== request.nonce) return refuse('nonce_mismatch');
  const claims = { ...verifiedIdTokenClaims, ...providerClaims };
  const found = await hook.admit({ providerId, subject: accountKey.accountId, claims, from: request.from });
  if ('refused' in found) return refuse(found.refused);
  request.admitted = found;
  return { action: 'link', userId: found.userId, profile: 'preserve' };
}

const refuse = (code: string) => ({ action: 'reject' as const, code, message: code });
