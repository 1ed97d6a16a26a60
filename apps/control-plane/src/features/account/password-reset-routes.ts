/** `/api/v1/password-resets`: a forgotten password, for whoever is not signed in. */

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { limitUses } from '../../http/limits.ts';
import { originOf } from '../../http/origin.ts';
import type { App } from '../../http/server.ts';
import { PASSWORD_LENGTH } from '../../sign-in/sign-in.ts';
import type { PasswordReset } from './password-reset.ts';

export type ResetLimit = (request: FastifyRequest) => Promise<void>;

export const ResetRequest = Type.Object({ email: Type.String({ minLength: 3, maxLength: 254 }) });
export const Reset = Type.Object({
  token: Type.String({ minLength: 1, maxLength: 64 }),
  password: Type.String({ minLength: PASSWORD_LENGTH.min, maxLength: PASSWORD_LENGTH.max }),
});

/** Somebody else could fill a person's mailbox; whoever has mistaken one mail for spam may ask again. */
const MAILS_PER_ADDRESS = 3;

/** Counts what the forms and the API ask for one e-mail address, whether it has an account or not. */
export function limitResets(app: App): ResetLimit {
  const keyOf = (request: FastifyRequest) => (request.body as { email: string }).email.trim().toLowerCase();
  return limitUses(app as unknown as FastifyInstance, MAILS_PER_ADDRESS, '15 minutes', keyOf);
}

export function passwordResetRoutes(app: App, resets: PasswordReset, limit: ResetLimit): void {
  const config = { access: 'public', limit: 'sign-in' } as const;
  const tags = ['account'];
  const response = { 204: Type.Null() };
  app.post(
    '/api/v1/password-reset-requests',
    { config, schema: { operationId: 'requestPasswordReset', tags, body: ResetRequest, response } },
    async (request, reply) => {
      await limit(request);
      await resets.request(request.body.email.trim());
      return await reply.code(204).send(null);
    },
  );
  app.post(
    '/api/v1/password-resets',
    { config, schema: { operationId: 'resetPassword', tags, body: Reset, response } },
    async (request, reply) => {
      const { token, password } = request.body;
      await resets.reset(token, password, originOf(request));
      return await reply.code(204).send(null);
    },
  );
}
