/** `…/policy/impact`: recorded attempts whose outcome a change would turn. */

import { Impact } from '@pullgate/protocol';
import { Type } from 'typebox';
import { ControlPlaneError } from '../../errors.ts';
import { memberOf } from '../../http/access.ts';
import { organizationParams, organizationPath } from '../../http/paths.ts';
import type { App } from '../../http/server.ts';
import type { ImpactOf } from './judge-impact.ts';
import type { ImpactService } from './service.ts';

const DEFAULT_HOURS = 24;
/** As long as decisions are kept. */
const MAX_HOURS = 90 * 24;

const Query = Type.Object(
  {
    of: Type.Optional(Type.Union([Type.Literal('draft'), Type.Literal('enforce'), Type.Literal('revision')])),
    /** With `of=revision`, and with it alone. */
    revision: Type.Optional(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })),
    hours: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_HOURS })),
  },
  { additionalProperties: false },
);

export function impactRoutes(app: App, service: ImpactService): void {
  app.get(
    `${organizationPath}/policy/impact`,
    {
      config: { access: { scope: 'policy:read' } },
      schema: {
        operationId: 'getImpact',
        tags: ['policy'],
        params: organizationParams(),
        querystring: Query,
        response: { 200: Impact },
      },
    },
    async (request) => {
      const { of = 'draft', revision, hours = DEFAULT_HOURS } = request.query;
      return await service.judge(memberOf(request).organization.id, toQuestion(of, revision), hours);
    },
  );
}

function toQuestion(of: 'draft' | 'enforce' | 'revision', revision: number | undefined): ImpactOf {
  if ((of === 'revision') !== (revision !== undefined))
    throw new ControlPlaneError('REQUEST_INVALID', 'expected revision with of=revision, and with it alone');
  return of === 'revision' ? { revision: revision ?? 0 } : of;
}
