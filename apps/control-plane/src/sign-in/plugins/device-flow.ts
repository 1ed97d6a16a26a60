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

/** Column of better-auth's sessions. Nobody sets it from outside, and no answer shows it. */
export const sessionFields = {
  madeBy: { type: 'string', required: false, input: false, returned: false },
} as const;

/** A device's session ends with its sign-out; that of a browser, which may hand its token to a machine too, does not. */
export function markDeviceSession<S extends object>(
  session: S,
  path: string | undefined,
): { data: S } | undefined {
  return path === '/device/token' ? { data: { ...session, madeBy: 'device' } } : undefined;
}
