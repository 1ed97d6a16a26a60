/** `/welcome`: for clients of this machine only, so that a code read over a shoulder is of no use elsewhere. */

import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { ControlPlaneError } from '../../errors.ts';
import { copyCookies, toHeaders } from '../../http/fetch-bridge.ts';
import { acceptForms, refuseForeignForm } from '../../http/form.ts';
import { isFromThisMachine, originOf } from '../../http/origin.ts';
import type { App } from '../../http/server.ts';
import { type WelcomeForm, welcomePage } from '../../pages/welcome-page.ts';
import { PASSWORD_LENGTH, type SignIn } from '../../sign-in/sign-in.ts';
import type { WelcomeService } from './service.ts';

const Form = Type.Object(
  {
    code: Type.String({ maxLength: 64 }),
    name: Type.String({ minLength: 1, maxLength: 100 }),
    email: Type.String({ maxLength: 254, pattern: '^[^\\s@]+@[^\\s@]+$' }),
    password: Type.String({ minLength: PASSWORD_LENGTH.min, maxLength: PASSWORD_LENGTH.max }),
  },
  { additionalProperties: false },
);

/** Wrong codes per hour, whoever sends them: addresses of the loopback network are free to choose from. */
const WRONG_CODES_PER_HOUR = 50;

export function welcomeRoutes(
  app: App,
  service: WelcomeService,
  signIn: SignIn,
  isTrustedOrigin: (origin: string) => boolean,
): void {
  app.register(async (scope: App) => {
    acceptForms(scope);
    const wrongCodes = scope.createRateLimit({
      max: WRONG_CODES_PER_HOUR,
      timeWindow: '1 hour',
      keyGenerator: () => 'welcome',
    });
    const config = { access: 'public', limit: 'sign-in' } as const;
    const show = (reply: FastifyReply, form: WelcomeForm, status = 200) =>
      reply.code(status).type('text/html; charset=utf-8').send(welcomePage(form).text);
    const judge = async (request: FastifyRequest, code: string) => {
      if (!isFromThisMachine(request)) {
        throw new ControlPlaneError('NOT_FOUND', 'nothing is served at this path to other machines');
      }
      if (code === '' || (await service.isGood(code))) return undefined;
      const outcome = await wrongCodes(request);
      if (!outcome.isAllowed && outcome.isExceeded) {
        throw new ControlPlaneError('RATE_LIMITED', 'too many wrong welcome codes', { hint: 'wait an hour' });
      }
      return 'This code is wrong, was used, or is older than a day. pullgate up prints a new one.';
    };

    scope.get(
      '/welcome',
      {
        config,
        schema: {
          hide: true,
          querystring: Type.Object({ code: Type.Optional(Type.String({ maxLength: 64 })) }),
        },
      },
      async (request, reply) => {
        const code = request.query.code ?? '';
        const error = await judge(request, code);
        return error === undefined
          ? await show(reply, { code })
          : await show(reply, { code: '', error }, 403);
      },
    );

    scope.post(
      '/welcome',
      { config, attachValidation: true, schema: { hide: true, body: Form } },
      async (request, reply) => {
        refuseForeignForm(request, isTrustedOrigin);
        const { code = '', name = '', email = '' } = (request.body ?? {}) as Partial<typeof request.body>;
        const error = (await judge(request, code)) ?? complaint(request);
        if (error !== undefined) return await show(reply, { code, name, email, error }, 422);
        try {
          await service.welcome(code, request.body, originOf(request));
        } catch (problem) {
          if (!(problem instanceof ControlPlaneError)) throw problem;
          return await show(reply, { code, name, email, error: sentence(problem.message) }, 422);
        }
        copyCookies(reply, await signIn.signIn(email, request.body.password, toHeaders(request)));
        return await reply.redirect('/', 303);
      },
    );
  });
}

function complaint(request: FastifyRequest): string | undefined {
  const place = request.validationError?.validation?.[0]?.instancePath;
  if (request.validationError === undefined) return undefined;
  if (place === '/email') return 'This is not an e-mail address.';
  if (place === '/password')
    return `The password needs ${PASSWORD_LENGTH.min} to ${PASSWORD_LENGTH.max} characters.`;
  return 'Please fill in every field.';
}

const sentence = (message: string) => `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
