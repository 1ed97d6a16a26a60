/** `…/enrollment-tokens` for owners, and `/agent/v1/enroll`. */

import {
  CreateEnrollmentToken,
  EnrollmentToken,
  EnrollRequest,
  EnrollResponse,
  pageOf,
} from '@pullgate/protocol';
import { Type } from 'typebox';
import { ControlPlaneError } from '../../errors.ts';
import { memberOf } from '../../http/access.ts';
import { actorOf } from '../../http/actor.ts';
import type { TokenLimit } from '../../http/limits.ts';
import { originOf } from '../../http/origin.ts';
import { pageQuery, parsePage } from '../../http/page.ts';
import { organizationParams, organizationPath } from '../../http/paths.ts';
import type { App } from '../../http/server.ts';
import type { EnrollmentService } from './service.ts';

const access = { scope: 'machines:write' } as const;
const tags = ['machines'];

export function enrollmentRoutes(app: App, service: EnrollmentService, limit: TokenLimit): void {
  app.get(
    `${organizationPath}/enrollment-tokens`,
    {
      config: { access },
      schema: {
        operationId: 'listEnrollmentTokens',
        tags,
        params: organizationParams(),
        querystring: Type.Object(pageQuery, { additionalProperties: false }),
        response: { 200: pageOf(EnrollmentToken) },
      },
    },
    async (request) =>
      await service.list(memberOf(request).organization.id, parsePage(request.query, ['number', 'string'])),
  );

  app.post(
    `${organizationPath}/enrollment-tokens`,
    {
      config: { access },
      schema: {
        operationId: 'createEnrollmentToken',
        tags,
        params: organizationParams(),
        body: CreateEnrollmentToken,
        response: { 201: EnrollmentToken },
      },
    },
    async (request, reply) => {
      const { organization, userId, name } = memberOf(request);
      reply.code(201);
      return await service.create(organization.id, { id: userId, name }, actorOf(request), request.body);
    },
  );

  app.delete(
    `${organizationPath}/enrollment-tokens/:id`,
    {
      config: { access },
      schema: {
        operationId: 'revokeEnrollmentToken',
        tags,
        params: organizationParams({ id: Type.String() }),
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      await service.revoke(memberOf(request).organization.id, actorOf(request), request.params.id);
      return await reply.code(204).send(null);
    },
  );

  app.post(
    '/agent/v1/enroll',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'enrollMachine',
        tags: ['agent'],
        body: EnrollRequest,
        response: { 200: EnrollResponse },
      },
    },
    async (request) => {
      // A site enrols many machines from one address in a minute; only wrong tokens are counted against it.
      await limit.check(request);
      try {
        return await service.enroll(request.body, originOf(request));
      } catch (error) {
        if (error instanceof ControlPlaneError && error.code === 'ENROLLMENT_TOKEN_INVALID') {
          await limit.noteFailure(request);
        }
        throw error;
      }
    },
  );
}
