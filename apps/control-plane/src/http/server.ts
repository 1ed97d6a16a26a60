/** The HTTP server without any route: limits, headers, logging, errors. Leaves routes to the features. */

import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import '@fastify/swagger';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import { type TypeBoxTypeProvider, TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox';
import fastify, { type FastifyInstance, LogController, type RawServerDefault } from 'fastify';
import type { Logger } from 'pino';
import type { ControlPlaneConfig } from '../config.ts';
import { ControlPlaneError } from '../errors.ts';
import { requireAccessOnRoutes } from './access.ts';
import { checkHost } from './origin.ts';
import { sendProblem } from './problems.ts';

export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  Logger,
  TypeBoxTypeProvider
>;

export const MAX_BODY_BYTES = 1024 * 1024;

/** Pages load their own style sheet and nothing else; answers of the API load nothing at all. */
const CONTENT_SECURITY_POLICY = {
  'default-src': ["'none'"],
  'style-src': ["'self'"],
  'img-src': ["'self'"],
  'form-action': ["'self'"],
  'base-uri': ["'none'"],
  'frame-ancestors': ["'none'"],
};

export async function createServer(
  config: ControlPlaneConfig,
  log: Logger,
  publicUrl: () => string,
): Promise<App> {
  const app = fastify({
    loggerInstance: log,
    // One line per request is written below, without the query.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    bodyLimit: MAX_BODY_BYTES,
    // A client that sends its request slower than this holds a socket for nothing.
    requestTimeout: 30_000,
    trustProxy: config.trustProxy.length === 0 ? false : [...config.trustProxy],
    return503OnClosing: true,
    ...toHttps(config),
  }).withTypeProvider<TypeBoxTypeProvider>() as unknown as App;
  app.setValidatorCompiler(TypeBoxValidatorCompiler);
  app.setSerializerCompiler(() => (value) => JSON.stringify(value));
  app.setErrorHandler(sendProblem);
  app.setNotFoundHandler((request, reply) => {
    sendProblem(new ControlPlaneError('NOT_FOUND', 'nothing is served at this path'), request, reply);
  });
  requireAccessOnRoutes(app as unknown as FastifyInstance);
  logRequests(app);
  checkHost(app as unknown as FastifyInstance, publicUrl);
  await app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: CONTENT_SECURITY_POLICY },
    // With `no-referrer` browsers would send `Origin: null` with our own forms.
    referrerPolicy: { policy: 'same-origin' },
    strictTransportSecurity: config.publicUrl?.startsWith('https:') === true,
  });
  await app.register(rateLimit, { global: false });
  return app;
}

function toHttps(
  config: ControlPlaneConfig,
): { https: { cert: Buffer; key: Buffer; minVersion: 'TLSv1.2' } } | object {
  if (config.tls === undefined) return {};
  const { certFile, keyFile } = config.tls;
  return { https: { cert: readFileSync(certFile), key: readFileSync(keyFile), minVersion: 'TLSv1.2' } };
}

/** The query is left out: it may carry a welcome code. */
function logRequests(app: App): void {
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('cache-control', 'no-store');
  });
  app.addHook('onResponse', async (request, reply) => {
    request.log.debug(
      {
        method: request.method,
        route: request.routeOptions.url,
        status: reply.statusCode,
        durationMs: Math.round(reply.elapsedTime),
      },
      'request answered',
    );
  });
}
