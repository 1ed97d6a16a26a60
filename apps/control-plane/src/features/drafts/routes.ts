/** `…/policy/draft`: the draft, always with its version as ETag. */

import { PolicyDraft, PutDraft } from '@pullgate/protocol';
import type { FastifyReply } from 'fastify';
import { memberOf } from '../../http/access.ts';
import { actorOf } from '../../http/actor.ts';
import { draftTag, requireIfMatch } from '../../http/etag.ts';
import { organizationParams, organizationPath } from '../../http/paths.ts';
import type { App } from '../../http/server.ts';
import type { DraftService } from './service.ts';

const path = `${organizationPath}/policy/draft`;
const tags = ['policy'];
/** A policy of the greatest size, as a JSON string with every quote escaped. */
const MAX_DRAFT_BODY_BYTES = 2 * 1024 * 1024;

export function draftRoutes(app: App, service: DraftService): void {
  const schema = { tags, params: organizationParams(), response: { 200: PolicyDraft } };
  const write = { access: { scope: 'policy:write' } } as const;
  const answer = (reply: FastifyReply, draft: PolicyDraft): PolicyDraft => {
    reply.header('etag', draftTag(draft.version));
    return draft;
  };

  app.get(
    path,
    { config: { access: { scope: 'policy:read' } }, schema: { ...schema, operationId: 'getDraft' } },
    async (request, reply) => answer(reply, await service.read(memberOf(request).organization)),
  );

  app.put(
    path,
    {
      config: write,
      bodyLimit: MAX_DRAFT_BODY_BYTES,
      schema: { ...schema, operationId: 'putDraft', body: PutDraft },
    },
    async (request, reply) => {
      const { organization } = memberOf(request);
      const version = requireIfMatch(request);
      return answer(reply, await service.put(organization, actorOf(request), version, request.body));
    },
  );

  app.delete(
    path,
    { config: write, schema: { ...schema, operationId: 'discardDraft' } },
    async (request, reply) => {
      const { organization } = memberOf(request);
      return answer(reply, await service.discard(organization, actorOf(request), requireIfMatch(request)));
    },
  );

  app.post(
    `${path}/rebase`,
    { config: write, schema: { ...schema, operationId: 'rebaseDraft' } },
    async (request, reply) => {
      const { organization } = memberOf(request);
      return answer(reply, await service.rebase(organization, actorOf(request), requireIfMatch(request)));
    },
  );
}
