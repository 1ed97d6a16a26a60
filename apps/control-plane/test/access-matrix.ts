/** Every route of an OpenAPI document against one caller: what the declared access promises, and where the server does otherwise. */

import type { ScopeName } from '@pullgate/protocol';
import { ROLE_SCOPES, type Role, withImplied } from '../src/http/principal.ts';
import type { Client } from './harness.ts';

export type DeclaredAccess = 'public' | 'user' | 'machine' | { readonly scope: ScopeName };

export interface Route {
  readonly method: string;
  readonly path: string;
  readonly access: DeclaredAccess;
}

/** `active`: has the role. The others are refused in the organization, each in its own way. */
export interface Caller {
  readonly client: Client;
  readonly state: 'active' | 'deactivated' | 'without-second-factor' | 'nobody';
  readonly role?: Role;
}

interface Document {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { 'x-pullgate-access'?: DeclaredAccess }>>>
  >;
}

export function routesOf(document: Document): Route[] {
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => {
      const access = operation['x-pullgate-access'];
      if (access === undefined) throw new Error(`${method} ${path} says nothing of its access`);
      return { method: method.toUpperCase(), path, access };
    }),
  );
}

/** Parameters other than the organization are judged after access, so any will do. */
export const fill = (path: string, organization: string) =>
  path.replace('{organization}', organization).replace(/{\w+}/g, '1');

export const isOfOrganization = ({ path }: Route) => path.includes('{organization}');

/** Codes by which access is refused; everything else is the route's own answer. */
const REFUSALS = [
  'FORBIDDEN',
  'MACHINE_TOKEN_INVALID',
  'ORIGIN_REFUSED',
  'SCOPE_MISSING',
  'SIGN_IN_REQUIRED',
  'TOKEN_INVALID',
  'TWO_FACTOR_REQUIRED',
];
/** A route for everyone in the organization may ask for more by itself: who leaves needs no scope, who removes another does. */
const refusalsOf = ({ access }: Route) =>
  access === 'user' ? REFUSALS.filter((code) => code !== 'FORBIDDEN' && code !== 'SCOPE_MISSING') : REFUSALS;
const LET_THROUGH = 'let through';

function expected(route: Route, caller: Caller, isOwn: boolean): string {
  const { access } = route;
  if (access === 'public') return LET_THROUGH;
  if (access === 'machine') return '401 MACHINE_TOKEN_INVALID';
  if (caller.state === 'nobody') return '401 SIGN_IN_REQUIRED';
  if (!isOfOrganization(route)) return LET_THROUGH;
  if (!isOwn || caller.state === 'deactivated') return '404 NOT_FOUND';
  if (caller.state === 'without-second-factor') return '403 TWO_FACTOR_REQUIRED';
  if (access === 'user' || caller.role === undefined) return LET_THROUGH;
  return withImplied(ROLE_SCOPES[caller.role]).includes(access.scope) ? LET_THROUGH : '403 FORBIDDEN';
}

/** Asks without a body and with a query that no route takes, so that what is let through ends at the schema. */
async function ask({ client }: Caller, { method, path }: Route, slug: string): Promise<string> {
  const query = method === 'GET' ? '?unheard-of=1' : '';
  const { status, body } = await client.request(method, `${fill(path, slug)}${query}`);
  return `${status} ${body.code}`;
}

/** Where the server does otherwise than declared, one line each. */
export async function findMismatches(
  routes: readonly Route[],
  caller: Caller,
  slug: string,
  isOwn: boolean,
): Promise<string[]> {
  const found: string[] = [];
  for (const route of routes) {
    if (route.access === 'public') continue;
    const wanted = expected(route, caller, isOwn);
    const got = await ask(caller, route, slug);
    const isRefused = got.startsWith('5') || refusalsOf(route).includes(got.split(' ')[1] ?? '');
    const isRight = wanted === LET_THROUGH ? !isRefused : got === wanted;
    if (!isRight) found.push(`${route.method} ${route.path}: expected ${wanted}, got ${got}`);
  }
  return found;
}
