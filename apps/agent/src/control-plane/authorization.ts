/** Signs what a machine proves itself by to its control plane: one short-lived token per call. */

import { randomUUID } from 'node:crypto';
import type { PrivateJwk } from '@pullgate/bundle';
import { importJWK, SignJWT } from 'jose';
import type { Clock } from '../clock.ts';

/** The protocol allows 120 s; half of it leaves room for the clocks to differ either way. */
const LIFETIME_S = 60;

/** A `Date` header has a resolution of one second and the network adds some: smaller differences are no skew. */
const SKEW_TOLERANCE_MS = 5_000;

export interface Authorization {
  /** Value of the `Authorization` header for one call; a token stolen from a log is good for that path and a minute. */
  authorize(method: string, path: string): Promise<string>;
  /** Takes the server's time from its `Date` header. Returns whether the correction changed. */
  observeServerDate(date: string | undefined): boolean;
}

export interface AuthorizationOptions {
  readonly machineId: string;
  readonly server: string;
  readonly key: PrivateJwk;
  readonly clock: Clock;
}

export function createAuthorization({ machineId, server, key, clock }: AuthorizationOptions): Authorization {
  const imported = importJWK({ ...key }, 'EdDSA');
  let skewMs = 0;
  return {
    authorize: async (method, path) => {
      const issuedAt = Math.floor((clock.now() + skewMs) / 1000);
      const token = await new SignJWT({ htm: method, htu: path })
        .setProtectedHeader({ alg: 'EdDSA' })
        .setIssuer(machineId)
        .setAudience(server)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + LIFETIME_S)
        .setJti(randomUUID())
        .sign(await imported);
      return `Machine ${token}`;
    },
    observeServerDate: (date) => {
      const serverNow = date === undefined ? Number.NaN : Date.parse(date);
      if (Number.isNaN(serverNow)) return false;
      const observed = serverNow - clock.now();
      if (Math.abs(observed - skewMs) <= SKEW_TOLERANCE_MS) return false;
      skewMs = Math.abs(observed) <= SKEW_TOLERANCE_MS ? 0 : observed;
      return true;
    },
  };
}
