/**
 * Judges `Authorization: Machine <JWT>` as packages/protocol/src/agent.ts says. Leaves what a machine may do to the routes.
 *
 *     header = {"alg":"EdDSA"}
 *     claims = iss (machine), aud (server URL), iat, exp (at most 120 s later), jti, htm (method), htu (path)
 */

import type { PublicJwk } from '@pullgate/bundle';
import { OLDEST_PROTOCOL_VERSION, PROTOCOL_HEADER } from '@pullgate/protocol';
import type { FastifyRequest } from 'fastify';
import { compactVerify, importJWK } from 'jose';
import type { Kysely } from 'kysely';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import type { Database } from '../../database/schema.ts';
import { ControlPlaneError } from '../../errors.ts';
import type { MachinePrincipal } from '../../http/principal.ts';
import type { ReplayCache } from './replay-cache.ts';
import { findForAuthentication } from './store.ts';

const Claims = Type.Object({
  iss: Type.String({ minLength: 1, maxLength: 64 }),
  aud: Type.String({ maxLength: 300 }),
  iat: Type.Integer({ minimum: 0, maximum: 1e11 }),
  exp: Type.Integer({ minimum: 0, maximum: 1e11 }),
  jti: Type.String({ minLength: 8, maxLength: 64 }),
  htm: Type.String({ maxLength: 16 }),
  htu: Type.String({ maxLength: 256 }),
});
type Claims = Static<typeof Claims>;

const MAX_LIFE_S = 120;
/** Clocks kept by NTP differ by far less; a stolen token lives this much longer. */
const LEEWAY_MS = 60_000;
/** Longer than any token of this form. */
const HEADER = /^Machine ([\w.-]{1,2048})$/;

export interface AuthenticatorDependencies {
  readonly db: Kysely<Database>;
  readonly clock: () => number;
  readonly replays: ReplayCache;
  /** Origins under which machines may know this server. */
  readonly audiences: () => readonly string[];
}

/** @throws ControlPlaneError MACHINE_TOKEN_INVALID, MACHINE_UNKNOWN, MACHINE_REVOKED, CLOCK_SKEW, MACHINE_TOKEN_REPLAYED, RATE_LIMITED, PROTOCOL_UNSUPPORTED */
export function createMachineAuthenticator(dependencies: AuthenticatorDependencies) {
  const { db, clock, replays, audiences } = dependencies;
  return async (request: FastifyRequest): Promise<MachinePrincipal> => {
    requireProtocol(request);
    const token = HEADER.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined) throw invalid('expected Authorization: Machine <JWT>');
    const claims = parseClaims(token);
    const machine = await findForAuthentication(db, claims.iss);
    if (machine === undefined || machine.forgotten_at !== null) throw unknownMachine();
    await verify(token, { kty: 'OKP', crv: 'Ed25519', x: machine.public_key });
    if (machine.revoked_at !== null) throw revoked();
    checkPurpose(claims, request, audiences());
    checkTime(claims, clock());
    checkReplay(replays, claims, clock());
    return {
      machineId: machine.id,
      organization: { id: machine.organization_id, slug: machine.slug, name: machine.organization_name },
    };
  };
}

const invalid = (message: string) => new ControlPlaneError('MACHINE_TOKEN_INVALID', message);
const unknownMachine = () =>
  new ControlPlaneError('MACHINE_UNKNOWN', 'no machine with this id is enrolled', {
    hint: 'enroll the machine again',
  });
const revoked = () =>
  new ControlPlaneError('MACHINE_REVOKED', 'the machine was revoked by its organization', {
    hint: 'ask an owner; enroll the machine again with a new token',
  });

/** Absent in requests by hand; agents always say what they speak. */
function requireProtocol(request: FastifyRequest): void {
  const stated = request.headers[PROTOCOL_HEADER];
  if (stated === undefined || Number(stated) >= OLDEST_PROTOCOL_VERSION) return;
  throw unsupportedProtocol();
}

export function unsupportedProtocol(): ControlPlaneError {
  return new ControlPlaneError(
    'PROTOCOL_UNSUPPORTED',
    `expected protocol version ${OLDEST_PROTOCOL_VERSION} or later`,
    { hint: 'update the agent' },
  );
}

/** Unverified as yet: only says whose key to verify with. */
function parseClaims(token: string): Claims {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    if (Value.Check(Claims, claims)) return claims;
  } catch {
    throw invalid('expected a JWT with JSON claims');
  }
  throw invalid('expected the claims iss, aud, iat, exp, jti, htm and htu');
}

/** Stops a stranger: only EdDSA by the key that was given at enrolment counts. */
async function verify(token: string, key: PublicJwk): Promise<void> {
  try {
    await compactVerify(token, await importJWK({ ...key }, 'EdDSA'), { algorithms: ['EdDSA'] });
  } catch (cause) {
    throw new ControlPlaneError(
      'MACHINE_TOKEN_INVALID',
      'the token is not signed by the key of this machine',
      {
        cause,
      },
    );
  }
}

/** Stops a token taken from one request, or from another server, from being used for something else. */
function checkPurpose(claims: Claims, request: FastifyRequest, audiences: readonly string[]): void {
  const audience = URL.canParse(claims.aud) ? new URL(claims.aud).origin : claims.aud;
  if (!audiences.includes(audience)) {
    throw new ControlPlaneError('MACHINE_TOKEN_INVALID', 'the token is meant for another server', {
      hint: `this server is ${audiences[0] ?? ''}`,
    });
  }
  const path = request.url.split('?')[0];
  if (claims.htm !== request.method || claims.htu !== path)
    throw invalid('the token is meant for another request');
}

function checkTime({ iat, exp }: Claims, now: number): void {
  if (exp <= iat || exp - iat > MAX_LIFE_S) throw invalid(`expected a life of at most ${MAX_LIFE_S} s`);
  if (iat * 1000 - LEEWAY_MS <= now && now <= exp * 1000 + LEEWAY_MS) return;
  const differenceS = Math.round(iat - now / 1000);
  const direction = differenceS > 0 ? 'ahead' : 'behind';
  throw new ControlPlaneError(
    'CLOCK_SKEW',
    `the token was made ${Math.abs(differenceS)} s ${direction} of the server's time`,
    {
      hint: 'set the clock of the machine (NTP), or take the time from the Date header of this answer',
      members: { serverTime: now },
    },
  );
}

/** Stops whoever reads a request on its way, or in a log, from sending it again. */
function checkReplay(replays: ReplayCache, { iss, jti, exp }: Claims, now: number): void {
  const replay = replays.take(iss, jti, exp * 1000 + LEEWAY_MS, now);
  if (replay === 'replayed') {
    throw new ControlPlaneError('MACHINE_TOKEN_REPLAYED', 'the token was used before', {
      hint: 'make a new token for every request',
    });
  }
  if (replay === 'too-many') {
    throw new ControlPlaneError('RATE_LIMITED', 'too many requests from this machine', {
      hint: 'wait a minute',
    });
  }
}
