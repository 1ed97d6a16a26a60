/** Whether the control plane can be asked: the last question got an answer, and the browser has a network. */

import { onlineManager, useQueryClient } from '@tanstack/react-query';
import { useCallback, useSyncExternalStore } from 'react';
import { ApiProblem } from '../api/problem.ts';

export function useReachable(): boolean {
  const cache = useQueryClient().getQueryCache();
  const subscribe = useCallback(
    (changed: () => void) => {
      const ends = [cache.subscribe(changed), onlineManager.subscribe(changed)];
      return () => {
        for (const end of ends) end();
      };
    },
    [cache],
  );
  return useSyncExternalStore(
    subscribe,
    // Without a network nothing is asked, so that nothing fails.
    () =>
      onlineManager.isOnline() &&
      !cache.getAll().some(({ state }) => isOffline(state.error) || isOffline(state.fetchFailureReason)),
  );
}

function isOffline(error: unknown): boolean {
  return error instanceof ApiProblem && error.isOffline;
}
