/** A change through the API: when it is done, everything that it touches is read anew before the page goes on. */

import { type UseMutationResult, useMutation, useQueryClient } from '@tanstack/react-query';

/**
 * @param touched beginnings of the keys of the queries that the change makes old
 * @param onDone also when what asked for it is gone by then: a form that begins anew with what was saved is another one
 */
export function useChange<Wish = void, Result = unknown>(
  touched: readonly (readonly unknown[])[],
  change: (wish: Wish) => Promise<Result>,
  onDone?: () => void,
): UseMutationResult<Result, unknown, Wish> {
  const queries = useQueryClient();
  return useMutation<Result, unknown, Wish>({
    mutationFn: change,
    onSuccess: () => onDone?.(),
    // Also after a refusal: somebody else may have been faster, and the page shows what is.
    onSettled: () =>
      Promise.all(touched.map((queryKey) => queries.invalidateQueries({ queryKey: [...queryKey] }))),
  });
}
