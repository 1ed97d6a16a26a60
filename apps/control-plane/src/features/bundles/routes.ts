/** `/agent/v1/policy`, `/agent/v1/assignment`, `/agent/v1/events`: what machines download, and how they hear of it. */

import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { machineOf } from '../../http/access.ts';
import type { App } from '../../http/server.ts';
import { type EventStream, openEventStream } from '../machines/event-stream.ts';
import type { MachineRef } from './assignment-content.ts';
import { MAX_WAITING_BYTES } from './event-hub.ts';
import type { SignedDocument } from './policy-bundles.ts';
import type { BundleService } from './service.ts';

const config = { access: 'machine', limit: 'none' } as const;
const tags = ['agent'];

/** Bytes under a name that holds their hash never change; the name is known only to machines that were told it. */
const IMMUTABLE = 'public, max-age=21600, immutable';
/** One URL for all organizations and machines: a shared cache must not mix them. */
const OWN = 'private, no-cache';

export function bundleRoutes(app: App, service: BundleService): void {
  app.get(
    '/agent/v1/policy',
    {
      config,
      schema: {
        operationId: 'getSignedPolicy',
        tags,
        querystring: Type.Object({ bundle: Type.Optional(Type.String({ maxLength: 64 })) }),
      },
    },
    async (request, reply) => {
      const document = await service.policy(machineOf(request).organization.id);
      reply.header('cache-control', document.etag === `"${request.query.bundle}"` ? IMMUTABLE : OWN);
      return await sendDocument(request, reply, document.etag, async () => document);
    },
  );

  app.get(
    '/agent/v1/assignment',
    { config, schema: { operationId: 'getSignedAssignment', tags } },
    async (request, reply) => {
      const machine = refOf(request);
      const { etag } = await service.assignments.head(machine);
      reply.header('cache-control', OWN);
      return await sendDocument(request, reply, etag, () => service.assignments.current(machine));
    },
  );

  app.get(
    '/agent/v1/events',
    { config, schema: { operationId: 'streamAnnouncements', tags } },
    async (request, reply) => {
      const machine = refOf(request);
      const stream: EventStream = openEventStream(reply, MAX_WAITING_BYTES, () =>
        service.disconnect(machine, stream),
      );
      await service.connect(machine, stream);
    },
  );
}

function refOf(request: FastifyRequest): MachineRef {
  const { machineId, organization } = machineOf(request);
  return { machineId, organizationId: organization.id };
}

async function sendDocument(
  request: FastifyRequest,
  reply: FastifyReply,
  etag: string,
  load: () => Promise<SignedDocument>,
): Promise<FastifyReply> {
  if (matches(request.headers['if-none-match'], etag))
    return await reply.header('etag', etag).code(304).send();
  const document = await load();
  return await reply.header('etag', document.etag).type('application/json').send(document.body);
}

/** RFC 9110, 13.1.2: a list of tags or `*`, compared weakly. */
function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag);
}
