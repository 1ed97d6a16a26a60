/** `/` and everything below `/organizations/`: the console's one page; `/console/*`: its files. Signed-out people are led to sign in. */

import { randomBytes } from 'node:crypto';
import fastifyStatic from '@fastify/static';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { toHeaders } from '../../http/fetch-bridge.ts';
import type { App } from '../../http/server.ts';
import { consoleMissingPage } from '../../pages/console-missing-page.ts';
import type { SignIn } from '../../sign-in/sign-in.ts';
import { CONSOLE_DIR, isConsoleBuilt, loadConsolePage, toContentSecurityPolicy } from './build.ts';

const HTML = 'text/html; charset=utf-8';
const NONCE_BYTES = 16;
/** Names of built files change with their content. */
const FOREVER = 'public, max-age=31536000, immutable';
const BUILT_FILE = /^assets\/[\w.-]+$/;

export function consoleRoutes(app: App, signIn: SignIn): void {
  const options = { config: { access: 'public' as const }, schema: { hide: true } };

  const show = async (request: FastifyRequest, reply: FastifyReply) => {
    if ((await signIn.session(toHeaders(request))) === undefined) {
      const next = request.url === '/' ? '' : `?next=${encodeURIComponent(request.url)}`;
      return await reply.redirect(`/sign-in${next}`, 303);
    }
    if (!isConsoleBuilt()) return await reply.code(503).type(HTML).send(consoleMissingPage().text);
    const nonce = randomBytes(NONCE_BYTES).toString('base64');
    reply.header('content-security-policy', toContentSecurityPolicy(nonce));
    return await reply.type(HTML).send(await loadConsolePage(nonce));
  };
  app.get('/', options, show);
  app.get('/organizations/*', options, show);

  if (!isConsoleBuilt()) return;
  app.register(fastifyStatic, { root: CONSOLE_DIR, serve: false, preCompressed: true, cacheControl: false });
  app.get('/console/*', options, async (request, reply) => {
    const { '*': file } = request.params as { '*': string };
    if (file !== 'icon.svg' && !BUILT_FILE.test(file)) return reply.callNotFound();
    if (file !== 'icon.svg') reply.header('cache-control', FOREVER);
    return await reply.sendFile(file);
  });
}
