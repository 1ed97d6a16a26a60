/** `…/registries`: the registries of the draft. Every answer carries the draft's version as ETag; `If-Match` is welcome, not required. */

import {
  AddRegistry,
  BulkAddRegistries,
  BulkAddResult,
  CatalogList,
  EditRegistry,
  pageOf,
  RegistryItem,
  RegistrySuggestions,
} from '@pullgate/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { memberOf } from '../../http/access.ts';
import { actorOf } from '../../http/actor.ts';
import { draftTag, parseIfMatch } from '../../http/etag.ts';
import { pageQuery, parsePage } from '../../http/page.ts';
import { organizationParams, organizationPath } from '../../http/paths.ts';
import type { App } from '../../http/server.ts';
import type { DraftChange, RegistryService, Versioned } from './service.ts';

const path = `${organizationPath}/registries`;
const tags = ['registries'];
const read = { access: { scope: 'policy:read' } } as const;
const write = { access: { scope: 'policy:write' } } as const;
const oneParams = organizationParams({ id: Type.String() });

const ListQuery = Type.Object(
  {
    ...pageQuery,
    search: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    registry: Type.Optional(Type.String({ minLength: 1, maxLength: 300 })),
    sort: Type.Optional(Type.Union([Type.Literal('document'), Type.Literal('registry')])),
  },
  { additionalProperties: false },
);

export function registryRoutes(app: App, service: RegistryService): void {
  readRoutes(app, service);
  suggestionRoutes(app, service);
  writeRoutes(app, service);
  bulkRoute(app, service);
}

function readRoutes(app: App, service: RegistryService): void {
  app.get(
    path,
    {
      config: read,
      schema: {
        operationId: 'listRegistries',
        tags,
        params: organizationParams(),
        querystring: ListQuery,
        response: { 200: pageOf(RegistryItem) },
      },
    },
    async (request, reply) => {
      const { search, registry, sort } = request.query;
      const filter = {
        ...(search === undefined ? {} : { search }),
        ...(registry === undefined ? {} : { registry }),
        ...(sort === undefined ? {} : { sort }),
      };
      const page = parsePage(request.query, ['number']);
      return tagged(reply, await service.list(memberOf(request).organization.id, page, filter));
    },
  );

  app.get(
    `${path}/:id`,
    {
      config: read,
      schema: { operationId: 'getRegistry', tags, params: oneParams, response: { 200: RegistryItem } },
    },
    async (request, reply) =>
      tagged(reply, await service.get(memberOf(request).organization.id, request.params.id)),
  );
}

function writeRoutes(app: App, service: RegistryService): void {
  app.post(
    path,
    {
      config: write,
      schema: {
        operationId: 'addRegistry',
        tags,
        params: organizationParams(),
        body: AddRegistry,
        response: { 201: RegistryItem },
      },
    },
    async (request, reply) => {
      const made = await service.add(toChange(request), request.body);
      reply.code(201);
      return tagged(reply, made);
    },
  );

  app.patch(
    `${path}/:id`,
    {
      config: write,
      schema: {
        operationId: 'editRegistry',
        tags,
        params: oneParams,
        body: EditRegistry,
        response: { 200: RegistryItem },
      },
    },
    async (request, reply) =>
      tagged(reply, await service.edit(toChange(request), request.params.id, request.body)),
  );

  app.delete(
    `${path}/:id`,
    {
      config: write,
      schema: { operationId: 'removeRegistry', tags, params: oneParams, response: { 204: Type.Null() } },
    },
    async (request, reply) => {
      const removed = await service.remove(toChange(request), request.params.id);
      return await reply.code(204).send(tagged(reply, removed));
    },
  );
}

function suggestionRoutes(app: App, service: RegistryService): void {
  app.get(
    `${organizationPath}/catalog`,
    {
      config: read,
      schema: {
        operationId: 'listCatalog',
        tags,
        params: organizationParams(),
        querystring: Type.Object(
          { search: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })) },
          { additionalProperties: false },
        ),
        response: { 200: CatalogList },
      },
    },
    async (request) => await service.searchCatalog(memberOf(request).organization.id, request.query.search),
  );

  app.get(
    `${path}/suggestions`,
    {
      config: read,
      schema: {
        operationId: 'suggestRegistries',
        tags,
        params: organizationParams(),
        querystring: Type.Object(
          { limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })) },
          { additionalProperties: false },
        ),
        response: { 200: RegistrySuggestions },
      },
    },
    async (request) => {
      const { limit = DEFAULT_SUGGESTIONS } = request.query;
      return { items: await service.suggest(memberOf(request).organization.id, limit) };
    },
  );
}

const DEFAULT_SUGGESTIONS = 20;

/** 10,000 entries with some fields each. */
const MAX_BULK_BYTES = 4 * 1024 * 1024;

function bulkRoute(app: App, service: RegistryService): void {
  app.post(
    `${path}/bulk`,
    {
      config: write,
      bodyLimit: MAX_BULK_BYTES,
      schema: {
        operationId: 'addRegistries',
        tags,
        params: organizationParams(),
        body: BulkAddRegistries,
        response: { 200: BulkAddResult },
      },
    },
    async (request, reply) => {
      const { entries, dryRun = false } = request.body;
      const value = await service.addMany(toChange(request), entries, dryRun);
      return tagged(reply, { version: value.version, value });
    },
  );
}

function tagged<T>(reply: FastifyReply, { version, value }: Versioned<T>): T {
  reply.header('etag', draftTag(version));
  return value;
}

function toChange(request: FastifyRequest): DraftChange {
  const version = parseIfMatch(request);
  const { organization } = memberOf(request);
  return { organization, actor: actorOf(request), ...(version === undefined ? {} : { version }) };
}
