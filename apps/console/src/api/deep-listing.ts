/**
 * A listing whose server looks through so many records at a time: a page may be empty, and more may follow. It goes on by
 * itself for a while, so that nobody has to press a button for nothing.
 */

import { useEffect, useRef } from 'react';
import type { Listing } from '../pieces/list-table.tsx';

/** Some seconds of searching. */
const PAGES_BY_ITSELF = 20;

export interface DeepListing<Row> {
  /** To be shown: without rows while the search still goes on. */
  readonly listing: Listing<Row>;
  /** Nothing was found so far, but there is more to look through. */
  readonly isUnfinished: boolean;
  readonly isLooking: boolean;
  /** Goes on for as long again. */
  readonly goOn: () => void;
}

/** @param key of the query: another one begins anew */
export function useDeepListing<Row>(listing: Listing<Row>, key: string): DeepListing<Row> {
  const { rows, hasMore, isLoadingMore, loadMore, error } = listing;
  const looked = useRef({ key, pages: 0 });
  if (looked.current.key !== key) looked.current = { key, pages: 0 };
  const isBarren = rows?.length === 0 && hasMore;
  const isLooking = isBarren && error === null && looked.current.pages < PAGES_BY_ITSELF;
  useEffect(() => {
    if (!isLooking || isLoadingMore) return;
    looked.current.pages += 1;
    loadMore();
  });
  return {
    listing: isLooking ? { ...listing, rows: undefined, hasMore: false } : listing,
    isUnfinished: isBarren && !isLooking,
    isLooking,
    goOn: () => {
      looked.current.pages = 1;
      loadMore();
    },
  };
}
