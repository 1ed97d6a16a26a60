/** better-auth's OpenID Connect sign-in. */

import { sso } from '@better-auth/sso';
import type { SignInHooks } from '../hooks.ts';

export const singleSignOn = (_hooks: () => SignInHooks) => sso({ domainVerification: { enabled: true } });
