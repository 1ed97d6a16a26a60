/** `/invitation`: where the address in the mail leads. A code is used by the person's own form alone. */

import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { ControlPlaneError } from '../../errors.ts';
import { copyCookies, toHeaders } from '../../http/fetch-bridge.ts';
import { acceptForms, requireOwnForm } from '../../http/form.ts';
import { originOf } from '../../http/origin.ts';
import type { App } from '../../http/server.ts';
import { deadInvitationPage, invitationPage } from '../../pages/invitation-page.ts';
import { PASSWORD_LENGTH, type SignIn } from '../../sign-in/sign-in.ts';
import type { Acceptance } from './acceptance.ts';

const Code = Type.String({ minLength: 1, maxLength: 64 });
const Form = Type.Object({
  code: Code,
  name: Type.Optional(Type.String({ maxLength: 100 })),
  password: Type.Optional(Type.String({ maxLength: PASSWORD_LENGTH.max })),
});

export interface InvitationPageOptions {
  readonly signIn: SignIn;
  readonly isTrustedOrigin: (origin: string) => boolean;
}

export function invitationPageRoutes(app: App, acceptance: Acceptance, options: InvitationPageOptions): void {
  const { signIn, isTrustedOrigin } = options;
  const config = { access: 'public', limit: 'sign-in' } as const;
  const show = async (request: FastifyRequest, reply: FastifyReply, code: string, error?: string) => {
    const found = await acceptance.find(code);
    reply.code(found === undefined ? 404 : error === undefined ? 200 : 422).type('text/html; charset=utf-8');
    if (found === undefined) return await reply.send(deadInvitationPage().text);
    const person = await signIn.session(toHeaders(request));
    const facts = { ...found, code, ...(person && { person }), ...(error && { error }) };
    return await reply.send(invitationPage(facts).text);
  };

  app.register(async (scope: App) => {
    acceptForms(scope);
    scope.get(
      '/invitation',
      { config, schema: { hide: true, querystring: Type.Object({ code: Code }) } },
      async (request, reply) => await show(request, reply, request.query.code),
    );

    scope.post('/invitation', { config, schema: { hide: true, body: Form } }, async (request, reply) => {
      requireOwnForm(request, isTrustedOrigin);
      const { code, name = '', password = '' } = request.body;
      try {
        const person = await signIn.session(toHeaders(request));
        if (person !== undefined) await acceptance.joinAs(code, person, originOf(request));
        else {
          const complaint = complain(name, password);
          if (complaint !== undefined) return await show(request, reply, code, complaint);
          const email = await acceptance.join(code, { name: name.trim(), password }, originOf(request));
          copyCookies(reply, await signIn.signIn(email, password, toHeaders(request)));
        }
      } catch (problem) {
        if (!(problem instanceof ControlPlaneError)) throw problem;
        return await show(request, reply, code, toSentence(problem.message));
      }
      return await reply.redirect('/', 303);
    });
  });
}

function complain(name: string, password: string): string | undefined {
  if (name.trim() === '') return 'Please enter your name.';
  if (password.length >= PASSWORD_LENGTH.min) return undefined;
  return `The password needs ${PASSWORD_LENGTH.min} to ${PASSWORD_LENGTH.max} characters.`;
}

const toSentence = (message: string) => `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
