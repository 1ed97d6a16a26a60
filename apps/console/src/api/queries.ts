/** How the console asks: one cache, retries that suit a server nearby, and a session that ended leads to the sign-in page. */

import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiProblem } from './problem.ts';

/** What only time or the network can mend is asked again; a refusal is an answer. */
const mayPass = (error: unknown) =>
  error instanceof ApiProblem && (error.isOffline || error.status >= 502 || error.status === 429);

export function createQueryClient(): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({ onError: leaveWhenSignedOut }),
    mutationCache: new MutationCache({ onError: leaveWhenSignedOut }),
    defaultOptions: {
      queries: { retry: (count, error) => count < 2 && mayPass(error), staleTime: 5_000 },
      mutations: { retry: false },
    },
  });
}

function leaveWhenSignedOut(error: unknown): void {
  if (!(error instanceof ApiProblem)) return;
  const here = encodeURIComponent(location.pathname + location.search);
  if (error.code === 'SIGN_IN_REQUIRED') location.assign(`/sign-in?next=${here}`);
  if (error.code === 'TWO_FACTOR_REQUIRED') location.assign(`/account?next=${here}`);
}
