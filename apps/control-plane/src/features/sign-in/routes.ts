/** `/sign-in`, `/sign-out` and the style sheet: pages for browsers without any script. */

import { Type } from 'typebox';
import { ControlPlaneError } from '../../errors.ts';
import { copyCookies, toHeaders, toRequestTo } from '../../http/fetch-bridge.ts';
import { acceptForms, refuseForeignForm } from '../../http/form.ts';
import { parseNext } from '../../http/next.ts';
import { originOf } from '../../http/origin.ts';
import type { App } from '../../http/server.ts';
import { secondFactorPage } from '../../pages/second-factor-page.ts';
import { signInPage } from '../../pages/sign-in-page.ts';
import { STYLE, STYLE_PATH } from '../../pages/style.ts';
import type { SignIn } from '../../sign-in/sign-in.ts';
import type { PasswordSignIn } from '../account/password-sign-in.ts';
import type { AccountService } from '../account/service.ts';

const HTML = 'text/html; charset=utf-8';
const Form = Type.Object({
  email: Type.String({ maxLength: 254 }),
  password: Type.String({ maxLength: 256 }),
  next: Type.Optional(Type.String({ maxLength: 512 })),
});
const SecondFactorForm = Type.Object({
  code: Type.String({ minLength: 1, maxLength: 64 }),
  next: Type.Optional(Type.String({ maxLength: 512 })),
});
const Next = Type.Object({ next: Type.Optional(Type.String({ maxLength: 512 })) });

export interface SignInPageDependencies {
  readonly signIn: SignIn;
  readonly passwords: PasswordSignIn;
  /** Path on which a person goes on after signing in. */
  readonly landing: AccountService['landing'];
  readonly isTrustedOrigin: (origin: string) => boolean;
}

interface SignInAnswer {
  readonly twoFactorRedirect?: boolean;
  readonly user?: { readonly id: string };
}

export function signInPageRoutes(
  app: App,
  { signIn, passwords, landing, isTrustedOrigin }: SignInPageDependencies,
): void {
  const schema = { hide: true };

  app.get(STYLE_PATH, { config: { access: 'public' }, schema }, async (_request, reply) =>
    reply
      .type('text/css; charset=utf-8')
      .header('cache-control', 'public, max-age=31536000, immutable')
      .send(STYLE),
  );

  app.get(
    '/sign-in',
    { config: { access: 'public' }, schema: { ...schema, querystring: Next } },
    async (request, reply) => {
      const next = parseNext(request.query.next);
      const person = await signIn.session(toHeaders(request));
      if (person !== undefined) return await reply.redirect(await landing(person.userId, next), 303);
      return await reply.type(HTML).send(signInPage(next === undefined ? {} : { next }).text);
    },
  );

  app.register(async (scope: App) => {
    acceptForms(scope);

    scope.post(
      '/sign-in',
      { config: { access: 'public', limit: 'sign-in' }, schema: { ...schema, body: Form } },
      async (request, reply) => {
        refuseForeignForm(request, isTrustedOrigin);
        const { email, password } = request.body;
        const next = parseNext(request.body.next);
        const goOn = next === undefined ? {} : { next };
        const refuse = async (status: number, error: string) =>
          await reply
            .code(status)
            .type(HTML)
            .send(signInPage({ email, error, ...goOn }).text);
        let response: Response;
        try {
          response = await passwords.signIn(email, password, toHeaders(request), originOf(request));
        } catch (problem) {
          if (!(problem instanceof ControlPlaneError) || problem.code !== 'SSO_REQUIRED') throw problem;
          return await refuse(403, 'Your organization requires single sign-on. Continue with it below.');
        }
        if (!response.ok) return await refuse(401, 'The e-mail address or the password is wrong.');
        copyCookies(reply, response);
        const { twoFactorRedirect, user } = (await response.json()) as SignInAnswer;
        if (twoFactorRedirect === true) return await reply.type(HTML).send(secondFactorPage(goOn).text);
        return await reply.redirect(user === undefined ? '/' : await landing(user.id, next), 303);
      },
    );

    scope.post(
      '/sign-in/second-factor',
      { config: { access: 'public', limit: 'sign-in' }, schema: { ...schema, body: SecondFactorForm } },
      async (request, reply) => {
        refuseForeignForm(request, isTrustedOrigin);
        const code = request.body.code.trim();
        const next = parseNext(request.body.next);
        const kind = /^\d{6}$/.test(code) ? 'totp' : 'backup-code';
        const response = await passwords.secondFactor(kind, code, toHeaders(request), originOf(request));
        if (!response.ok) {
          const error = 'This code is wrong or was used. After too long, sign in again with your password.';
          const page = secondFactorPage({ error, ...(next === undefined ? {} : { next }) });
          return await reply.code(401).type(HTML).send(page.text);
        }
        copyCookies(reply, response);
        return await reply.redirect(next ?? '/', 303);
      },
    );

    scope.post('/sign-out', { config: { access: 'public' }, schema }, async (request, reply) => {
      refuseForeignForm(request, isTrustedOrigin);
      copyCookies(reply, await signIn.handle(toRequestTo(request, '/api/auth/sign-out')));
      return await reply.redirect('/', 303);
    });
  });
}
