/** The registries of the draft: suggestions, what is on the list, and every change of one. */

import { queryOptions } from '@tanstack/react-query';
import { answerOf, api, type Schemas } from './client.ts';
import { usePolicyChange } from './draft.ts';

export type Registry = Schemas['RegistryItem'];
export type Action = Registry['allow'][number];

const MOST_AT_ONE_HOST = 50;

/** Entries of one host. */
export const registriesOfQuery = (organization: string, registry: string) =>
  queryOptions({
    queryKey: ['registries', organization, 'of', registry],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/api/v1/organizations/{organization}/registries', {
          params: { path: { organization }, query: { registry, limit: MOST_AT_ONE_HOST } },
          signal,
        }),
      ),
  });

export const registryQuery = (organization: string, id: string) =>
  queryOptions({
    queryKey: ['registries', organization, 'one', id],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/api/v1/organizations/{organization}/registries/{id}', {
          params: { path: { organization, id } },
          signal,
        }),
      ),
  });

/** What machines were denied of late and the draft does not name. */
export const suggestionsQuery = (organization: string) =>
  queryOptions({
    queryKey: ['registries', organization, 'suggestions'],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/api/v1/organizations/{organization}/registries/suggestions', {
          params: { path: { organization }, query: { limit: 8 } },
          signal,
        }),
      ),
    staleTime: 60_000,
  });

export const useAddRegistry = () =>
  usePolicyChange((organization, body: Schemas['AddRegistry']) =>
    answerOf(
      api.POST('/api/v1/organizations/{organization}/registries', {
        params: { path: { organization } },
        body,
      }),
    ),
  );

export interface RegistryEdit {
  readonly id: string;
  readonly body: Schemas['EditRegistry'];
  /** Of the draft that was edited; left out: whatever it is now. */
  readonly version?: number;
}

export const useEditRegistry = () =>
  usePolicyChange((organization, { id, body, version }: RegistryEdit) =>
    answerOf(
      api.PATCH('/api/v1/organizations/{organization}/registries/{id}', {
        params: { path: { organization, id } },
        ...(version === undefined ? {} : { headers: { 'If-Match': `"d${version}"` } }),
        body,
      }),
    ),
  );

export const useRemoveRegistry = () =>
  usePolicyChange((organization, id: string) =>
    answerOf(
      api.DELETE('/api/v1/organizations/{organization}/registries/{id}', {
        params: { path: { organization, id } },
      }),
    ),
  );

export const useAddRegistries = () =>
  usePolicyChange((organization, entries: Schemas['BulkAddRegistries']['entries']) =>
    answerOf(
      api.POST('/api/v1/organizations/{organization}/registries/bulk', {
        params: { path: { organization } },
        body: { entries },
      }),
    ),
  );
