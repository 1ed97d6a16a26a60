/** What the API says of an organization as a whole. */

import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { answerOf, api, type Schemas } from './client.ts';

export type Overview = Schemas['Overview'];
export const WINDOWS = [24, 168, 720] as const;
export type WindowHours = (typeof WINDOWS)[number];

/** Machines send what they decided within seconds. */
const REFETCH_MS = 10_000;

export const overviewQuery = (organization: string, hours: WindowHours) =>
  queryOptions({
    queryKey: ['overview', organization, hours],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/api/v1/organizations/{organization}/overview', {
          params: { path: { organization }, query: { hours } },
          signal,
        }),
      ),
    refetchInterval: REFETCH_MS,
    placeholderData: keepPreviousData,
  });
