/** Hands a request below `/scim/v2` to better-auth's SCIM plugin, and its answer back to the directory under our own address. */

import type { FastifyRequest } from 'fastify';
import type { Kysely } from 'kysely';
import type { Database } from '../../database/schema.ts';
import { ControlPlaneError } from '../../errors.ts';
import { originOf } from '../../http/origin.ts';
import type { PeopleChanges } from '../../people-changes.ts';
import type { SignIn } from '../../sign-in/sign-in.ts';
import { CLIENT_ADDRESS_HEADER } from '../../sign-in/sign-in.ts';
import { createRun, inRun, type Run } from './run.ts';
import { isScimError, toScimError } from './scim-error.ts';
import { publishChanges } from './service.ts';
import { findDeleted, findProvisioned } from './store.ts';

const OURS = '/scim/v2/';
const PLUGINS = '/api/auth/scim/v2/';
/** Directories send a handful; each one is worked on while the database is ours alone. */
const MAX_OPERATIONS = 1000;

export interface BridgeDependencies {
  readonly db: Kysely<Database>;
  readonly signIn: SignIn;
  readonly peopleChanges: PeopleChanges;
  readonly publicUrl: () => string;
}

export interface BridgeAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON text; empty where there is no content. */
  readonly text: string;
}

export async function bridge(
  { db, signIn, peopleChanges, publicUrl }: BridgeDependencies,
  request: FastifyRequest,
): Promise<BridgeAnswer> {
  const target = toTarget(request, publicUrl());
  refuseManyOperations(request.body);
  const run = createRun(originOf(request), await before(db, request));
  const response = await inRun(run, () => signIn.handle(target));
  publishChanges(run, peopleChanges);
  const text = await response.text();
  const { origin } = new URL(publicUrl());
  const ours = (value: string) => value.replaceAll(`${origin}${PLUGINS}`, `${origin}${OURS}`);
  const headers: Record<string, string> = {};
  for (const name of ['location', 'content-location', 'www-authenticate']) {
    const value = response.headers.get(name);
    if (value !== null) headers[name] = ours(value);
  }
  return { status: response.status, headers, text: ours(readable(response.status, text)) };
}

/** Only what SCIM needs goes on: with a cookie, or with a path that climbs, more of better-auth could be reached than its SCIM. */
function toTarget(request: FastifyRequest, publicUrl: string): Request {
  const { origin } = new URL(publicUrl);
  const target = new URL(request.url.replace(OURS, PLUGINS), origin);
  if (!target.pathname.startsWith(PLUGINS)) {
    throw new ControlPlaneError('NOT_FOUND', 'nothing is served at this path');
  }
  const headers = new Headers({ [CLIENT_ADDRESS_HEADER]: request.ip });
  for (const name of ['authorization', 'content-type', 'accept'] as const) {
    const value = request.headers[name];
    if (value !== undefined) headers.set(name, value);
  }
  const { method } = request;
  const body = typeof request.body === 'string' && method !== 'GET' ? { body: request.body } : {};
  return new Request(target, { method, headers, ...body });
}

/** How things stand before the request; read outside of its transaction, since the plugin changes them before it asks us. */
async function before(db: Kysely<Database>, request: FastifyRequest): Promise<Partial<Run>> {
  const [, id] = /^\/scim\/v2\/Users\/([A-Za-z0-9_-]{1,64})(?:\?|$)/.exec(request.url) ?? [];
  if (id !== undefined && request.method !== 'GET') {
    const person = await findProvisioned(db, id);
    if (person === undefined) return {};
    return { activates: person.active === 0, emailsBefore: new Map([[person.userId, person.email]]) };
  }
  if (request.method !== 'POST' || !/^\/scim\/v2\/Users(?:\?|$)/.test(request.url)) return {};
  const deleted = await findDeleted(db, externalIdOf(request.body) ?? '');
  return { activates: true, emailsBefore: new Map(deleted.map(({ userId, email }) => [userId, email])) };
}

function externalIdOf(body: unknown): string | undefined {
  const { externalId } = parseLoosely(body);
  return typeof externalId === 'string' ? externalId : undefined;
}

function refuseManyOperations(body: unknown): void {
  const { Operations: operations } = parseLoosely(body);
  if (!Array.isArray(operations) || operations.length <= MAX_OPERATIONS) return;
  throw new ControlPlaneError(
    'REQUEST_INVALID',
    `at most ${MAX_OPERATIONS} operations in one request, got ${operations.length}`,
  );
}

/** What is no JSON object has no members; the plugin refuses it in the words of SCIM. */
function parseLoosely(body: unknown): Readonly<Record<string, unknown>> {
  try {
    return (JSON.parse(String(body)) ?? {}) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** Answers of better-auth's router, such as that to an unknown path, have no body that a directory reads. */
function readable(status: number, text: string): string {
  if (status < 400) return text;
  try {
    const body = JSON.parse(text) as unknown;
    if (isScimError(body)) return text;
  } catch {
    // Not JSON: named anew below.
  }
  return JSON.stringify(toScimError(status, status === 404 ? 'nothing is served at this path' : 'refused'));
}
