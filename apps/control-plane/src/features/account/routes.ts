/** `/api/v1/account`: what a person does with their own account, by a session of theirs; no API token may. */

import { Account, AccountSession } from '@pullgate/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { ControlPlaneError } from '../../errors.ts';
import { principalOf } from '../../http/access.ts';
import { actorOf } from '../../http/actor.ts';
import { toHeaders } from '../../http/fetch-bridge.ts';
import type { Principal } from '../../http/principal.ts';
import type { App } from '../../http/server.ts';
import { PASSWORD_LENGTH } from '../../sign-in/sign-in.ts';
import type { AccountService } from './service.ts';

const path = '/api/v1/account';
const tags = ['account'];
const access = 'user';
const guessable = { access, limit: 'sign-in' } as const;
const closed = { additionalProperties: false };
/** Absent: the person has none, and signs in through an identity provider. */
const Password = Type.Object(
  { password: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })) },
  closed,
);
const BackupCodes = Type.Array(Type.String());

export function accountRoutes(app: App, service: AccountService): void {
  app.get(
    path,
    { config: { access }, schema: { operationId: 'getAccount', tags, response: { 200: Account } } },
    async (request) => await service.get(person(request)),
  );
  sessionRoutes(app, service);
  passwordRoutes(app, service);
  twoFactorRoutes(app, service);
}

function sessionRoutes(app: App, service: AccountService): void {
  const Sessions = Type.Object({ items: Type.Array(AccountSession) });
  app.get(
    `${path}/sessions`,
    { config: { access }, schema: { operationId: 'listAccountSessions', tags, response: { 200: Sessions } } },
    async (request) => await service.sessions(person(request), toHeaders(request)),
  );

  app.delete(
    `${path}/sessions`,
    {
      config: { access },
      schema: { operationId: 'endOtherAccountSessions', tags, response: { 204: Type.Null() } },
    },
    async (request, reply) => {
      await service.endOtherSessions(person(request), toHeaders(request));
      return await reply.code(204).send(null);
    },
  );

  app.delete(
    `${path}/sessions/:id`,
    {
      config: { access },
      schema: {
        operationId: 'endAccountSession',
        tags,
        params: Type.Object({ id: Type.String({ maxLength: 64 }) }),
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      await service.endSession(person(request), request.params.id);
      return await reply.code(204).send(null);
    },
  );
}

function passwordRoutes(app: App, service: AccountService): void {
  const Change = Type.Object(
    {
      currentPassword: Type.String({ minLength: 1, maxLength: 256 }),
      newPassword: Type.String({ minLength: PASSWORD_LENGTH.min, maxLength: PASSWORD_LENGTH.max }),
    },
    closed,
  );
  app.put(
    `${path}/password`,
    {
      config: guessable,
      schema: { operationId: 'changePassword', tags, body: Change, response: { 204: Type.Null() } },
    },
    async (request, reply) => {
      person(request);
      const { currentPassword, newPassword } = request.body;
      const headers = toHeaders(request);
      setCookies(
        reply,
        await service.changePassword(actorOf(request), headers, currentPassword, newPassword),
      );
      return await reply.code(204).send(null);
    },
  );
}

function twoFactorRoutes(app: App, service: AccountService): void {
  const Begun = Type.Object({ totpURI: Type.String(), backupCodes: BackupCodes });
  app.post(
    `${path}/two-factor`,
    {
      config: guessable,
      schema: { operationId: 'beginTwoFactor', tags, body: Password, response: { 200: Begun } },
    },
    async (request) => {
      person(request);
      return await service.beginTwoFactor(toHeaders(request), request.body.password);
    },
  );

  const Code = Type.Object({ code: Type.String({ minLength: 6, maxLength: 8 }) }, closed);
  app.post(
    `${path}/two-factor/verify`,
    {
      config: guessable,
      schema: { operationId: 'verifyTwoFactor', tags, body: Code, response: { 204: Type.Null() } },
    },
    async (request, reply) => {
      person(request);
      setCookies(
        reply,
        await service.verifyTwoFactor(actorOf(request), toHeaders(request), request.body.code),
      );
      return await reply.code(204).send(null);
    },
  );

  app.post(
    `${path}/two-factor/disable`,
    {
      config: guessable,
      schema: { operationId: 'disableTwoFactor', tags, body: Password, response: { 204: Type.Null() } },
    },
    async (request, reply) => {
      person(request);
      const { password } = request.body;
      setCookies(reply, await service.disableTwoFactor(actorOf(request), toHeaders(request), password));
      return await reply.code(204).send(null);
    },
  );

  app.post(
    `${path}/two-factor/backup-codes`,
    {
      config: guessable,
      schema: {
        operationId: 'renewBackupCodes',
        tags,
        body: Password,
        response: { 200: Type.Object({ backupCodes: BackupCodes }) },
      },
    },
    async (request) => {
      person(request);
      return await service.renewBackupCodes(actorOf(request), toHeaders(request), request.body.password);
    },
  );
}

/** A token stolen from a build must not take its maker's account over. */
function person(request: FastifyRequest): Principal {
  const principal = principalOf(request);
  if (principal.kind === 'user') return principal;
  throw new ControlPlaneError('FORBIDDEN', 'an account is changed by its person, not by an API token', {
    hint: 'sign in',
  });
}

function setCookies(reply: FastifyReply, headers: Headers): void {
  for (const cookie of headers.getSetCookie()) reply.header('set-cookie', cookie);
}
