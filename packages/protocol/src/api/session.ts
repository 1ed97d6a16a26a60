/** Who asks. */

import { type Static, Type } from 'typebox';
import { Time } from './shared.ts';

/** `GET /api/v1/session` */
export const Session = Type.Object(
  {
    kind: Type.Union([Type.Literal('user'), Type.Literal('token')]),
    user: Type.Object({ id: Type.String(), email: Type.String(), name: Type.String() }),
    organizations: Type.Array(
      Type.Object({
        id: Type.String(),
        slug: Type.String(),
        name: Type.String(),
        role: Type.String(),
        /** What may be done there, so that nothing else is offered. */
        scopes: Type.Array(Type.String()),
      }),
    ),
    scopes: Type.Array(Type.String()),
    expiresAt: Type.Optional(Time),
  },
  { $id: 'Session' },
);
export type Session = Static<typeof Session>;
