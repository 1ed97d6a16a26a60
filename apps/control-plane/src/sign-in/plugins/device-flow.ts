/** better-auth's device authorization (RFC 8628), for `pullgate login`. */

import { SIGN_IN_FOR_HEADER, SIGN_IN_FOR_MACHINE } from '@pullgate/protocol';
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

/** What is known of the request that makes a session. */
interface Making {
  readonly path?: string;
  readonly headers?: Headers | undefined;
}

/**
 * A device's session ends with its sign-out; that of a browser, which may hand its token to a machine too, does not. Who signs in by
 * password says which it is: claiming to be a device only shortens what the session is good for.
 */
export function markDeviceSession<S extends object>(
  session: S,
  making: Making | null | undefined,
): { data: S } | undefined {
  const isForMachine = making?.headers?.get(SIGN_IN_FOR_HEADER) === SIGN_IN_FOR_MACHINE;
  const isOfDevice = making?.path === '/device/token' || isForMachine;
  return isOfDevice ? { data: { ...session, madeBy: 'device' } } : undefined;
}
