/** API tokens and their scopes. */

import { type Static, Type } from 'typebox';
import { Line, Time } from './shared.ts';

/** What an API token may do. `policy:write` implies `policy:read`, and so on. */
export const SCOPES = [
  'policy:read',
  'policy:write',
  'activity:read',
  'decisions:read',
  'machines:read',
  'machines:write',
  'tokens:read',
  'tokens:write',
  'people:read',
  'people:write',
  'organization:write',
] as const;
export const ScopeName = Type.Unsafe<(typeof SCOPES)[number]>(
  Type.Union(SCOPES.map((scope) => Type.Literal(scope))),
);
export type ScopeName = (typeof SCOPES)[number];

/** `POST …/tokens` → 201 with `token` (shown once); `GET` → page without it, for `tokens:read`; `DELETE …/{id}` → 204 */
export const CreateApiToken = Type.Object(
  {
    name: Line(100),
    /** Left out: all that who asks may do. None: the token says who asks, and may do what every member may. */
    scopes: Type.Optional(Type.Array(ScopeName)),
    /** Seconds until it expires; 90 days by default, a year at most. */
    expiresIn: Type.Optional(Type.Integer({ minimum: 60, maximum: 31536000 })),
  },
  { $id: 'CreateApiToken', additionalProperties: false },
);
export type CreateApiToken = Static<typeof CreateApiToken>;

export const ApiToken = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    token: Type.Optional(Type.String()),
    /** First characters, to recognise it by. */
    start: Type.String(),
    scopes: Type.Array(Type.String()),
    createdAt: Time,
    expiresAt: Type.Optional(Time),
    lastUsedAt: Type.Optional(Time),
    createdBy: Type.Object({ id: Type.String(), name: Type.String() }),
  },
  { $id: 'ApiToken' },
);
export type ApiToken = Static<typeof ApiToken>;
