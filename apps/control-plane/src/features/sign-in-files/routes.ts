/** `GET …/sign-in-files/{format}`: the file to deploy on machines that must have this organization's people signed in. */

import { ARTIFACT_FORMATS, ARTIFACT_PLACES, formatArtifact } from '@pullgate/required-sign-in';
import { Type } from 'typebox';
import { memberOf } from '../../http/access.ts';
import { organizationParams, organizationPath } from '../../http/paths.ts';
import type { App } from '../../http/server.ts';

const Format = Type.Unsafe<(typeof ARTIFACT_FORMATS)[number]>(
  Type.Union(ARTIFACT_FORMATS.map((format) => Type.Literal(format))),
);

export function signInFileRoutes(app: App): void {
  app.get(
    `${organizationPath}/sign-in-files/:format`,
    {
      config: { access: { scope: 'machines:read' } },
      schema: {
        operationId: 'downloadSignInFile',
        tags: ['machines'],
        params: organizationParams({ format: Format }),
      },
    },
    async (request, reply) => {
      const { format } = request.params as { format: (typeof ARTIFACT_FORMATS)[number] };
      const { fileName } = ARTIFACT_PLACES[format];
      reply.header('content-disposition', `attachment; filename="${fileName}"`);
      reply.type('application/octet-stream');
      return Buffer.from(formatArtifact(format, [memberOf(request).organization.slug]));
    },
  );
}
