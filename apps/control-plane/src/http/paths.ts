/** The path that every route of an organization begins with, and the schema of its parameters. */

import { type TProperties, Type } from 'typebox';

export const organizationPath = '/api/v1/organizations/:organization';

/** Parameters of a route below {@link organizationPath}, with those of its own. */
export const organizationParams = <P extends TProperties = Record<never, never>>(own?: P) =>
  Type.Object({ organization: Type.String({ minLength: 1, maxLength: 64 }), ...(own ?? ({} as P)) });
