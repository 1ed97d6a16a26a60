/** The OpenAPI 3.1 document, made from the schemas that the routes check by, and the route that serves it. */

import swagger from '@fastify/swagger';
import { Problem } from '@pullgate/protocol';
import type { RouteOptions } from 'fastify';
import type { Access } from './access.ts';
import type { App } from './server.ts';

/** Version of the API's path, not of the program: it changes when a client must. */
const API_VERSION = '1';

/** Call it before any route is registered. */
export async function documentRoutes(app: App): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Pullgate control plane',
        version: API_VERSION,
        description:
          'Times are milliseconds since the Unix epoch. Errors are application/problem+json (RFC 9457).',
      },
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer', description: 'an API token' },
          session: { type: 'apiKey', in: 'cookie', name: 'pullgate.session_token' },
          machine: { type: 'apiKey', in: 'header', name: 'authorization', description: 'Machine <JWT>' },
        },
      },
    },
    transform: ({ schema, url, route }) => ({ schema: toOperation(schema, route), url }),
    transformObject: (input) => {
      const document = 'openapiObject' in input ? input.openapiObject : input.swaggerObject;
      return hoistSchemas(document as unknown as JsonObject) as never;
    },
  });
  app.get('/api/openapi.json', { config: { access: 'public' }, schema: { hide: true } }, async () =>
    app.swagger(),
  );
}

type Schema = NonNullable<RouteOptions['schema']>;

/** Adds what every route has in common: how to be let in, and the shape of errors. */
function toOperation(schema: Schema | undefined, route: RouteOptions): Schema {
  const known = schema ?? {};
  const response = (known.response ?? {}) as Record<string, unknown>;
  return named({
    ...known,
    ...toSecurity(route.config?.access),
    [ACCESS]: route.config?.access ?? 'public',
    response: { ...response, default: { description: 'A problem', ...Problem } },
  });
}

/** Who may use the route, in the document too, so that a test asks every route for it. */
const ACCESS = 'x-pullgate-access';

/** Survives the generator, which drops `$id`. */
const NAME = 'x-name';

/** A copy in which every `$id` has become a {@link NAME}. */
function named<T>(value: T): T {
  return JSON.parse(JSON.stringify(value), (_key, part: unknown) => {
    if (typeof part !== 'object' || part === null || !('$id' in part)) return part;
    const { $id, ...rest } = part;
    return { ...rest, [NAME]: $id };
  }) as T;
}

function toSecurity(access: Access | undefined): Partial<Schema> {
  if (access === undefined || access === 'public') return { security: [] };
  if (access === 'machine') return { security: [{ machine: [] }] };
  if (access === 'user') return { security: [{ token: [] }, { session: [] }] };
  return { security: [{ token: [access.scope] }, { session: [] }] };
}

type JsonObject = { [key: string]: unknown };

/** Moves every schema that has a name into the components, once, and refers to it where it stood. */
function hoistSchemas(document: JsonObject): JsonObject {
  const schemas: JsonObject = {};
  const visit = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(visit);
    if (typeof value !== 'object' || value === null) return value;
    const { [NAME]: name, ...rest } = value as JsonObject;
    const visited = Object.fromEntries(Object.entries(rest).map(([key, part]) => [key, visit(part)]));
    if (typeof name !== 'string') return visited;
    schemas[name] ??= visited;
    return { $ref: `#/components/schemas/${name}` };
  };
  const plain = visit(JSON.parse(JSON.stringify(document))) as JsonObject;
  const sorted = Object.fromEntries(Object.entries(schemas).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return { ...plain, components: { ...(plain.components as JsonObject), schemas: sorted } };
}
