/** better-auth's second factor: time-based codes (RFC 6238) and backup codes. */

import { twoFactor } from 'better-auth/plugins';

export const secondFactor = () => twoFactor({ issuer: 'Pullgate' });
