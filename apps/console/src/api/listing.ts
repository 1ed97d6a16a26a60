/** A listing of the API, read page by page along its cursors. */

import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import type { Listing } from '../pieces/list-table.tsx';

interface PageOf<Row> {
  readonly items: readonly Row[];
  readonly nextCursor?: string;
}

/**
 * @param key everything the answer depends on: organization, filters
 * @param fetchPage one page; without a cursor the first
 * @param refetchMs how often the listing is read anew while the page is looked at
 */
export function useListing<Row>(
  key: readonly unknown[],
  fetchPage: (cursor: string | undefined, signal: AbortSignal) => Promise<PageOf<Row>>,
  refetchMs: number | false = false,
): Listing<Row> {
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => fetchPage(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor,
    placeholderData: keepPreviousData,
    refetchInterval: refetchMs,
  });
  return {
    rows: query.data?.pages.flatMap(({ items }) => items),
    error: query.error,
    hasMore: query.hasNextPage,
    isLoadingMore: query.isFetchingNextPage,
    loadMore: () => void query.fetchNextPage(),
    retry: () => void query.refetch(),
  };
}
