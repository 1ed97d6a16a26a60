/** Whether the last question to the control plane got an answer. */

import { useQueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { ApiProblem } from '../api/problem.ts';

export function useReachable(): boolean {
  const cache = useQueryClient().getQueryCache();
  return useSyncExternalStore(
    (changed) => cache.subscribe(changed),
    () => !cache.getAll().some(({ state }) => isOffline(state.error) || isOffline(state.fetchFailureReason)),
  );
}

function isOffline(error: unknown): boolean {
  return error instanceof ApiProblem && error.isOffline;
}
