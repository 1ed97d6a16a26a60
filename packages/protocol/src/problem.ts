/** Holds the one shape of every HTTP error (RFC 9457). */

import { type Static, Type } from 'typebox';

/** `application/problem+json`. `code` is stable and has a row in docs/reference/errors.md. */
export const Problem = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String(),
    detail: Type.String(),
    hint: Type.Optional(Type.String()),
    /** Problems of a document, each with its place. */
    problems: Type.Optional(
      Type.Array(
        Type.Object({
          code: Type.String(),
          path: Type.String(),
          line: Type.Optional(Type.Integer()),
          column: Type.Optional(Type.Integer()),
          message: Type.String(),
        }),
      ),
    ),
  },
  { $id: 'Problem' },
);
export type Problem = Static<typeof Problem>;
