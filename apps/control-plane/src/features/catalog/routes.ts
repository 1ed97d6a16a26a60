/** `…/catalog/…`: the catalog in force, importing another, and whose signature counts. Searching it is a route of the registries. */

import { MAX_SIGNED_CATALOG_BYTES } from '@pullgate/bundle';
import {
  ApplyCatalog,
  CatalogDocument,
  CatalogKey,
  CatalogMoved,
  CatalogState,
  ImportCatalog,
  TrustCatalogKey,
} from '@pullgate/protocol';
import { Type } from 'typebox';
import { memberOf } from '../../http/access.ts';
import { actorOf } from '../../http/actor.ts';
import { organizationParams, organizationPath } from '../../http/paths.ts';
import type { App } from '../../http/server.ts';
import type { CatalogService } from './service.ts';

const path = `${organizationPath}/catalog`;
const tags = ['catalog'];
const read = { access: { scope: 'policy:read' } } as const;
const write = { access: { scope: 'policy:write' } } as const;
/** Who says whose signature counts says what opens: owners only. */
const own = { access: { scope: 'organization:write' } } as const;

export function catalogRoutes(app: App, service: CatalogService): void {
  readRoutes(app, service);
  moveRoutes(app, service);
  keyRoutes(app, service);
}

function readRoutes(app: App, service: CatalogService): void {
  const schema = { tags, params: organizationParams() };

  app.get(
    `${path}/state`,
    { config: read, schema: { ...schema, operationId: 'getCatalogState', response: { 200: CatalogState } } },
    async (request) => await service.state(memberOf(request).organization.id),
  );

  app.get(
    `${path}/document`,
    {
      config: read,
      schema: { ...schema, operationId: 'getCatalogDocument', response: { 200: CatalogDocument } },
    },
    async (request) => await service.document(memberOf(request).organization.id),
  );
}

function moveRoutes(app: App, service: CatalogService): void {
  const schema = { tags, params: organizationParams(), response: { 200: CatalogMoved } };

  app.post(
    `${path}/import`,
    {
      config: write,
      bodyLimit: MAX_SIGNED_CATALOG_BYTES + 1024,
      schema: { ...schema, operationId: 'importCatalog', body: ImportCatalog },
    },
    async (request) =>
      await service.import(memberOf(request).organization.id, actorOf(request), request.body),
  );

  app.post(
    `${path}/apply`,
    { config: write, schema: { ...schema, operationId: 'applyCatalog', body: ApplyCatalog } },
    async (request) =>
      await service.apply(memberOf(request).organization.id, actorOf(request), request.body.force === true),
  );

  app.post(
    `${path}/reset`,
    { config: write, schema: { ...schema, operationId: 'resetCatalog' } },
    async (request) => await service.reset(memberOf(request).organization.id, actorOf(request)),
  );
}

function keyRoutes(app: App, service: CatalogService): void {
  app.get(
    `${path}/keys`,
    {
      config: read,
      schema: {
        operationId: 'listCatalogKeys',
        tags,
        params: organizationParams(),
        response: { 200: Type.Object({ items: Type.Array(CatalogKey) }) },
      },
    },
    async (request) => ({ items: await service.keys(memberOf(request).organization.id) }),
  );

  app.post(
    `${path}/keys`,
    {
      config: own,
      schema: {
        operationId: 'trustCatalogKey',
        tags,
        params: organizationParams(),
        body: TrustCatalogKey,
        response: { 201: CatalogKey },
      },
    },
    async (request, reply) => {
      reply.code(201);
      return await service.trust(memberOf(request).organization.id, actorOf(request), request.body);
    },
  );

  app.delete(
    `${path}/keys/:fingerprint`,
    {
      config: own,
      schema: {
        operationId: 'distrustCatalogKey',
        tags,
        params: organizationParams({ fingerprint: Type.String() }),
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      await service.distrust(memberOf(request).organization.id, actorOf(request), request.params.fingerprint);
      return await reply.code(204).send(null);
    },
  );
}
