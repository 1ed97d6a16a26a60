/** `/forgotten-password` and `/reset-password`: the forms of a forgotten password. A link is used up by the person's own form alone. */

import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';
import { ControlPlaneError } from '../../errors.ts';
import { acceptForms, requireOwnForm } from '../../http/form.ts';
import { originOf } from '../../http/origin.ts';
import type { App } from '../../http/server.ts';
import type { Html } from '../../pages/html.ts';
import {
  deadResetPage,
  forgottenPasswordPage,
  mailOnItsWayPage,
  newPasswordPage,
  passwordIsSetPage,
} from '../../pages/password-reset-page.ts';
import { PASSWORD_LENGTH } from '../../sign-in/sign-in.ts';
import type { PasswordReset } from './password-reset.ts';
import { type ResetLimit, ResetRequest } from './password-reset-routes.ts';

const Token = Type.String({ minLength: 1, maxLength: 64 });
const Query = Type.Object({ token: Token });
const Form = Type.Object({ token: Token, password: Type.String({ maxLength: 256 }) });

export interface PasswordResetPageOptions {
  readonly isTrustedOrigin: (origin: string) => boolean;
  /** Whether mail leaves this server, or stays in its outbox. */
  readonly sendsMail: boolean;
}

export function passwordResetPageRoutes(
  app: App,
  resets: PasswordReset,
  limit: ResetLimit,
  options: PasswordResetPageOptions,
): void {
  app.register(async (scope: App) => {
    acceptForms(scope);
    forgottenRoutes(scope, resets, limit, options);
    resetRoutes(scope, resets, options);
  });
}

function forgottenRoutes(
  app: App,
  resets: PasswordReset,
  limit: ResetLimit,
  { isTrustedOrigin, sendsMail }: PasswordResetPageOptions,
): void {
  const path = '/forgotten-password';
  const config = { access: 'public' } as const;
  app.get(path, { config, schema: { hide: true } }, async (_request, reply) =>
    show(reply, 200, forgottenPasswordPage()),
  );

  app.post(
    path,
    { config: { ...config, limit: 'sign-in' }, schema: { hide: true, body: ResetRequest } },
    async (request, reply) => {
      requireOwnForm(request, isTrustedOrigin);
      const email = request.body.email.trim();
      try {
        await limit(request);
      } catch (problem) {
        if (!(problem instanceof ControlPlaneError)) throw problem;
        return show(reply, 429, forgottenPasswordPage({ email, error: TOO_MANY }));
      }
      await resets.request(email);
      return show(reply, 200, mailOnItsWayPage({ email, sendsMail }));
    },
  );
}

function resetRoutes(app: App, resets: PasswordReset, { isTrustedOrigin }: PasswordResetPageOptions): void {
  const path = '/reset-password';
  const config = { access: 'public', limit: 'sign-in' } as const;
  app.get(path, { config, schema: { hide: true, querystring: Query } }, async (request, reply) => {
    const { token } = request.query;
    if (!(await resets.isGood(token))) return show(reply, 410, deadResetPage());
    return show(reply, 200, newPasswordPage({ token }));
  });

  app.post(path, { config, schema: { hide: true, body: Form } }, async (request, reply) => {
    requireOwnForm(request, isTrustedOrigin);
    const { token, password } = request.body;
    if (password.length < PASSWORD_LENGTH.min || password.length > PASSWORD_LENGTH.max) {
      return show(reply, 422, newPasswordPage({ token, error: WRONG_LENGTH }));
    }
    try {
      await resets.reset(token, password, originOf(request));
    } catch (problem) {
      if (!(problem instanceof ControlPlaneError) || problem.code !== 'PASSWORD_RESET_INVALID') throw problem;
      return show(reply, 410, deadResetPage());
    }
    return show(reply, 200, passwordIsSetPage());
  });
}

const TOO_MANY =
  'A link was asked for several times. Check the mail of this address, or try again in 15 minutes.';
const WRONG_LENGTH = `The password needs ${PASSWORD_LENGTH.min} to ${PASSWORD_LENGTH.max} characters.`;

const show = (reply: FastifyReply, status: number, page: Html) =>
  reply.code(status).type('text/html; charset=utf-8').send(page.text);
