/** How far a revision has come, and who has not got it yet. */

import { queryOptions } from '@tanstack/react-query';
import { answerOf, api, type Schemas } from './client.ts';

type Rollout = Schemas['Rollout'];

const LIVE_MS = 1_000;
const SETTLED_MS = 10_000;

/** Those that are neither there, nor away, nor have refused. */
export const onTheWay = ({ machines, acknowledged, offline, rejected }: Rollout) =>
  Math.max(0, machines - acknowledged - offline - rejected);

/** Read every second while machines are on the way. */
export const rolloutQuery = (organization: string, revision: number) =>
  queryOptions({
    queryKey: ['rollout', organization, revision],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/api/v1/organizations/{organization}/rollout', {
          params: { path: { organization }, query: { revision } },
          signal,
        }),
      ),
    refetchInterval: ({ state }) =>
      state.data === undefined || onTheWay(state.data) > 0 ? LIVE_MS : SETTLED_MS,
  });
