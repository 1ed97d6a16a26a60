/** better-auth's second factor: time-based codes (RFC 6238) and backup codes. */

import { twoFactor } from 'better-auth/plugins';

/** Who signs in through an identity provider has no password to confirm with, and may be required to have a second factor all the same. */
export const secondFactor = () => twoFactor({ issuer: 'Pullgate', allowPasswordless: true });
