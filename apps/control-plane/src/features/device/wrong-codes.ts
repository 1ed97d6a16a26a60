/** Bounds guesses of device codes: per account and per address. Right codes cost nothing, since an office shares one address. */

import type { FastifyRequest } from 'fastify';
import { ControlPlaneError } from '../../errors.ts';
import type { App } from '../../http/server.ts';

export interface WrongCodes {
  /** @throws ControlPlaneError RATE_LIMITED when this account or address was wrong too often */
  check(request: FastifyRequest, userId: string): Promise<void>;
  note(request: FastifyRequest, userId: string): Promise<void>;
}

/** In ten minutes, the life of a code: of 2^40 codes nobody finds one with these. */
const PER_ACCOUNT = 5;
const PER_ADDRESS = 20;

export function createWrongCodes(app: App): WrongCodes {
  const accounts = new WeakMap<FastifyRequest, string>();
  const timeWindow = '10 minutes';
  const account = app.createRateLimit({
    max: PER_ACCOUNT,
    timeWindow,
    keyGenerator: (request) => `device-account:${accounts.get(request)}`,
  });
  const address = app.createRateLimit({
    max: PER_ADDRESS,
    timeWindow,
    keyGenerator: (request) => `device-address:${request.ip}`,
  });
  return {
    async check(request, userId) {
      accounts.set(request, userId);
      for (const limit of [account, address]) {
        const outcome = await limit(request, { increment: false });
        if (outcome.isAllowed || outcome.remaining > 0) continue;
        throw new ControlPlaneError('RATE_LIMITED', 'too many wrong codes', {
          hint: `try again in ${outcome.ttlInSeconds} s`,
          members: { retryAfter: outcome.ttlInSeconds },
        });
      }
    },
    async note(request, userId) {
      accounts.set(request, userId);
      await account(request);
      await address(request);
    },
  };
}
