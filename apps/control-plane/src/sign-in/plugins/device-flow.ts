/** better-auth's device authorization (RFC 8628), for `pullgate login`. */

import { deviceAuthorization } from 'better-auth/plugins';

/** The one public client: the command line. */
export const DEVICE_CLIENT_ID = 'pullgate-cli';

export const deviceFlow = (publicUrl: string) =>
  deviceAuthorization({
    verificationUri: `${publicUrl}/device`,
    expiresIn: '10m',
    interval: '2s',
    validateClient: (clientId) => clientId === DEVICE_CLIENT_ID,
  });
