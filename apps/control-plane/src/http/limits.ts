/** How many requests one client address may make. Checked before anything reads the database. */

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ControlPlaneError } from '../errors.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** `sign-in`: passwords and codes are guessed here. `none`: probes. Left out: the general limit. */
    limit?: 'sign-in' | 'none';
  }
}

/** Requests per client address and minute. */
export interface RateLimits {
  /** Far above people and consoles, far below a flood; a site of many machines shares one address. */
  readonly requests: number;
  /** A person who mistypes, not a program that guesses. */
  readonly signIns: number;
  /** Wrong tokens: whoever sends more of them than a mistaken script is probing. */
  readonly failedTokens: number;
}

export const DEFAULT_RATE_LIMITS: RateLimits = { requests: 6000, signIns: 10, failedTokens: 30 };

export interface TokenLimit {
  /** @throws ControlPlaneError RATE_LIMITED when the client has failed too often. */
  check(request: FastifyRequest): Promise<void>;
  noteFailure(request: FastifyRequest): Promise<void>;
}

/** Installs the limits of routes and returns that of tokens, which the access guard counts. */
export function limitRates(app: FastifyInstance, limits: RateLimits): TokenLimit {
  const windowed = (max: number) => app.createRateLimit({ max, timeWindow: '1 minute' });
  const general = windowed(limits.requests);
  const signIn = windowed(limits.signIns);
  const failures = windowed(limits.failedTokens);
  app.addHook('onRequest', async (request) => {
    const { limit } = request.routeOptions.config;
    if (limit === 'none') return;
    refuseExceeded(await general(request));
    if (limit === 'sign-in') refuseExceeded(await signIn(request));
  });
  return {
    check: async (request) => refuseExceeded(await failures(request, { increment: false })),
    noteFailure: async (request) => {
      await failures(request);
    },
  };
}

/** Bounds what fails by something else than the client's address. */
export function limitFailures(
  app: FastifyInstance,
  max: number,
  keyOf: (request: FastifyRequest) => string,
): TokenLimit {
  const failures = app.createRateLimit({ max, timeWindow: '1 minute', keyGenerator: keyOf });
  return {
    check: async (request) => refuseExceeded(await failures(request, { increment: false })),
    noteFailure: async (request) => {
      await failures(request);
    },
  };
}

/** Bounds a use by something that the request carries. */
export function limitUses(
  app: FastifyInstance,
  max: number,
  timeWindow: string,
  keyOf: (request: FastifyRequest) => string,
): (request: FastifyRequest) => Promise<void> {
  const uses = app.createRateLimit({ max, timeWindow, keyGenerator: keyOf });
  return async (request) => refuseExceeded(await uses(request));
}

type Outcome = Awaited<ReturnType<ReturnType<FastifyInstance['createRateLimit']>>>;

function refuseExceeded(outcome: Outcome): void {
  if (outcome.isAllowed || !outcome.isExceeded) return;
  throw new ControlPlaneError('RATE_LIMITED', 'too many requests from this address', {
    hint: `try again in ${outcome.ttlInSeconds} s`,
    members: { retryAfter: outcome.ttlInSeconds },
  });
}
