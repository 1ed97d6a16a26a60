/** `/account`: what a person does with their own account, by forms without any script. */

import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Static, type TSchema, Type } from 'typebox';
import { ControlPlaneError } from '../../errors.ts';
import { toHeaders } from '../../http/fetch-bridge.ts';
import { acceptForms, requireOwnForm } from '../../http/form.ts';
import { parseNext } from '../../http/next.ts';
import { originOf } from '../../http/origin.ts';
import type { Principal } from '../../http/principal.ts';
import type { App } from '../../http/server.ts';
import {
  type AccountFacts,
  accountPage,
  backupCodesPage,
  secondFactorSetUpPage,
} from '../../pages/account-page.ts';
import type { Html } from '../../pages/html.ts';
import type { SignIn } from '../../sign-in/sign-in.ts';
import type { Actor } from '../activity/service.ts';
import type { AccountService } from './service.ts';

export interface AccountPageOptions {
  readonly signIn: SignIn;
  readonly isTrustedOrigin: (origin: string) => boolean;
}

/** A request of a person who is signed in. */
interface Visit {
  readonly person: Principal;
  readonly actor: Actor;
  readonly headers: Headers;
  readonly reply: FastifyReply;
}

const Secret = Type.Optional(Type.String({ minLength: 1, maxLength: 256 }));
const Next = Type.Object({ next: Type.Optional(Type.String({ maxLength: 512 })) });
const Query = Type.Object({ ...Next.properties, done: Type.Optional(Type.String({ maxLength: 16 })) });
const Confirmation = Type.Object({ password: Secret, next: Next.properties.next });
const Code = Type.Object({ code: Type.String({ maxLength: 16 }), next: Next.properties.next });
const Change = Type.Object({
  current: Type.String({ maxLength: 256 }),
  wanted: Type.String({ maxLength: 256 }),
});
const SessionForm = Type.Object({ id: Type.String({ maxLength: 64 }) });

/** What a form that was sent last has done, by the name that it leaves in the address. */
const NOTICES = new Map([['password', 'Your password is changed. Every other session has ended.']]);

export function accountPageRoutes(app: App, service: AccountService, options: AccountPageOptions): void {
  app.register(async (scope: App) => {
    acceptForms(scope);
    const schema = { hide: true, querystring: Query };
    scope.get('/account', { config: { access: 'public' }, schema }, async (request, reply) => {
      const visit = await toVisit(request, reply, options);
      const next = parseNext(request.query.next);
      if (visit === undefined) return await toSignIn(reply);
      const notice = NOTICES.get(request.query.done ?? '');
      return await showAccount(service, visit, 200, {
        ...(next === undefined ? {} : { next }),
        ...(notice === undefined ? {} : { notice }),
      });
    });
    secondFactorForms(scope, service, options);
    otherForms(scope, service, options);
  });
}

function secondFactorForms(app: App, service: AccountService, options: AccountPageOptions): void {
  form(app, service, options, '/second-factor', Confirmation, async ({ headers, reply }, body) => {
    const begun = await service.beginTwoFactor(headers, body.password);
    return show(reply, 200, secondFactorSetUpPage({ begun, ...toNext(body.next) }));
  });

  form(app, service, options, '/second-factor/verify', Code, async (visit, body) => {
    const { actor, headers, reply } = visit;
    try {
      keepCookies(reply, await service.verifyTwoFactor(actor, headers, body.code.replaceAll(' ', '')));
    } catch (problem) {
      if (!(problem instanceof ControlPlaneError)) throw problem;
      const error = 'This code is wrong or too old. Enter the one that the app shows now.';
      return show(reply, 422, secondFactorSetUpPage({ error, ...toNext(body.next) }));
    }
    return await reply.redirect(parseNext(body.next) ?? '/account', 303);
  });

  form(app, service, options, '/second-factor/off', Confirmation, async (visit, { password }) => {
    keepCookies(visit.reply, await service.disableTwoFactor(visit.actor, visit.headers, password));
    return await visit.reply.redirect('/account', 303);
  });

  form(app, service, options, '/backup-codes', Confirmation, async ({ actor, headers, reply }, body) => {
    const { backupCodes } = await service.renewBackupCodes(actor, headers, body.password);
    return show(reply, 200, backupCodesPage(backupCodes));
  });
}

function otherForms(app: App, service: AccountService, options: AccountPageOptions): void {
  form(app, service, options, '/password', Change, async (visit, { current, wanted }) => {
    const { actor, headers, reply } = visit;
    keepCookies(reply, await service.changePassword(actor, headers, current, wanted));
    return await reply.redirect('/account?done=password', 303);
  });

  form(app, service, options, '/sessions/end', SessionForm, async ({ person, reply }, { id }) => {
    await service.endSession(person, id);
    return await reply.redirect('/account', 303);
  });

  form(app, service, options, '/sessions/end-others', Type.Object({}), async ({ person, headers, reply }) => {
    await service.endOtherSessions(person, headers);
    return await reply.redirect('/account', 303);
  });
}

/** What the service refuses is said on the account's page. */
function form<B extends TSchema>(
  app: App,
  service: AccountService,
  options: AccountPageOptions,
  path: string,
  body: B,
  answer: (visit: Visit, body: Static<B>) => Promise<FastifyReply>,
): void {
  const config = { access: 'public', limit: 'sign-in' } as const;
  app.post(`/account${path}`, { config, schema: { hide: true, body } }, async (request, reply) => {
    requireOwnForm(request, options.isTrustedOrigin);
    const visit = await toVisit(request, reply, options);
    if (visit === undefined) return await toSignIn(reply);
    try {
      return await answer(visit, request.body as Static<B>);
    } catch (problem) {
      if (!(problem instanceof ControlPlaneError)) throw problem;
      const { message } = problem;
      const error = `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
      return await showAccount(service, visit, 422, { error });
    }
  });
}

async function toVisit(
  request: FastifyRequest,
  reply: FastifyReply,
  { signIn }: AccountPageOptions,
): Promise<Visit | undefined> {
  const headers = toHeaders(request);
  const found = await signIn.session(headers);
  if (found === undefined) return undefined;
  const actor: Actor = { kind: 'user', id: found.userId, from: originOf(request) };
  return { person: { kind: 'user', ...found, scopes: [] }, actor, headers, reply };
}

async function showAccount(
  service: AccountService,
  { person, headers, reply }: Visit,
  status: number,
  said: Pick<AccountFacts, 'error' | 'notice' | 'next'>,
): Promise<FastifyReply> {
  const account = await service.get(person);
  const { items: sessions } = await service.sessions(person, headers);
  return show(reply, status, accountPage({ account, sessions, ...said }));
}

function toNext(text: string | undefined): { next?: string } {
  const next = parseNext(text);
  return next === undefined ? {} : { next };
}

const toSignIn = (reply: FastifyReply) => reply.redirect('/sign-in?next=/account', 303);

const show = (reply: FastifyReply, status: number, page: Html) =>
  reply.code(status).type('text/html; charset=utf-8').send(page.text);

function keepCookies(reply: FastifyReply, headers: Headers): void {
  for (const cookie of headers.getSetCookie()) reply.header('set-cookie', cookie);
}
