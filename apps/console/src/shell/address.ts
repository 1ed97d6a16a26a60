/** Filters and opened items as they stand in the address. What an address says is checked by whoever reads it. */

import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';

export type AddressSearch = Readonly<Record<string, unknown>>;

/**
 * The search part of the address, and its change: `undefined` takes a member away, members not named stay.
 * Changes replace the entry of the history unless they `push`, so that "back" leaves the page at once but closes what was opened.
 */
export function useAddress(): readonly [AddressSearch, (changes: AddressSearch, push?: 'push') => void] {
  const search: AddressSearch = useSearch({ strict: false });
  const navigate = useNavigate();
  const change = useCallback(
    (changes: AddressSearch, push?: 'push') =>
      void navigate({
        to: '.',
        search: ((old: AddressSearch) => withChanges(old, changes)) as never,
        replace: push === undefined,
        resetScroll: false,
      }),
    [navigate],
  );
  return [search, change];
}

export function withChanges(search: AddressSearch, changes: AddressSearch): AddressSearch {
  return Object.fromEntries(
    Object.entries({ ...search, ...changes }).filter(([, value]) => value !== undefined && value !== ''),
  );
}

/** Addresses carry numbers and truth values as such: "12" may be a name. Undefined for what is no text. */
export function toText(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}
