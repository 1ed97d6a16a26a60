/** better-auth's device authorization (RFC 8628), for `pullgate login`. */

import { deviceAuthorization } from 'better-auth/plugins';

/** The one public client: the command line. */
export const DEVICE_CLIENT_ID = 'pullgate-cli';

/** Time enough to walk to another computer; short enough that a forgotten code is of no use tomorrow. */
export const DEVICE_CODE_LIFE_S = 600;

export const deviceFlow = (publicUrl: string) =>
  deviceAuthorization({
    verificationUri: `${publicUrl}/device`,
    expiresIn: `${DEVICE_CODE_LIFE_S}s`,
    interval: '2s',
    validateClient: (clientId) => clientId === DEVICE_CLIENT_ID,
  });
