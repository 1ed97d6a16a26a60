/** `POST /api/auth/sign-in/email` and the second factor after it, as better-auth has them. */

import { Type } from 'typebox';
import { sendResponse, toHeaders } from '../../http/fetch-bridge.ts';
import { refuseForeignForm } from '../../http/form.ts';
import { originOf } from '../../http/origin.ts';
import type { App } from '../../http/server.ts';
import type { PasswordSignIn } from './password-sign-in.ts';

const Credentials = Type.Object({
  email: Type.String({ maxLength: 254 }),
  password: Type.String({ maxLength: 256 }),
});
const Code = Type.Object({ code: Type.String({ minLength: 1, maxLength: 64 }) });

export function passwordSignInRoutes(
  app: App,
  passwords: PasswordSignIn,
  isTrustedOrigin: (origin: string) => boolean,
): void {
  const config = { access: 'public', limit: 'sign-in' } as const;

  app.post(
    '/api/auth/sign-in/email',
    { config, schema: { hide: true, body: Credentials } },
    async (request, reply) => {
      refuseForeignForm(request, isTrustedOrigin);
      const { email, password } = request.body;
      const response = await passwords.signIn(email, password, toHeaders(request), originOf(request));
      await sendResponse(reply, response);
    },
  );

  for (const kind of ['totp', 'backup-code'] as const) {
    app.post(
      `/api/auth/two-factor/verify-${kind}`,
      { config, schema: { hide: true, body: Code } },
      async (request, reply) => {
        refuseForeignForm(request, isTrustedOrigin);
        const { code } = request.body;
        const response = await passwords.secondFactor(kind, code, toHeaders(request), originOf(request));
        await sendResponse(reply, response);
      },
    );
  }
}
