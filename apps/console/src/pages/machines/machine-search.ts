/** What the address of the page Machines says: filters, order, the machine that is open. */

import { useNavigate, useSearch } from '@tanstack/react-router';
import type { MachineFilter } from '../../api/machines.ts';

export const STATES = ['online', 'offline', 'revoked'] as const;
export const SORTS = ['name', 'seen', 'revision', 'enrolled'] as const;

export interface MachineSearch {
  readonly search?: string;
  readonly state?: (typeof STATES)[number];
  readonly behind?: true;
  readonly rejected?: true;
  readonly unwired?: true;
  readonly sort?: (typeof SORTS)[number];
  /** Of the machine in the drawer. */
  readonly id?: string;
  readonly view?: 'tokens';
  /** The dialog that makes a token is open. */
  readonly enrol?: true;
}

export type ChangeSearch = (
  changes: { readonly [K in keyof MachineSearch]?: MachineSearch[K] | undefined },
) => void;

export function useMachineSearch(): readonly [MachineSearch, ChangeSearch] {
  const search = parse(useSearch({ strict: false }));
  const navigate = useNavigate();
  const change: ChangeSearch = (changes) =>
    void navigate({ to: '.', search: { ...search, ...changes } as never, replace: true });
  return [search, change];
}

function parse(raw: Record<string, unknown>): MachineSearch {
  const state = STATES.find((known) => known === raw.state);
  const sort = SORTS.find((known) => known === raw.sort);
  // The router reads digits as a number; a machine may be named by them.
  const search = toText(raw.search);
  const id = toText(raw.id);
  return {
    ...(search === undefined ? {} : { search }),
    ...(state === undefined ? {} : { state }),
    ...(raw.behind === true ? { behind: true } : {}),
    ...(raw.rejected === true ? { rejected: true } : {}),
    ...(raw.unwired === true ? { unwired: true } : {}),
    ...(sort === undefined ? {} : { sort }),
    ...(id === undefined ? {} : { id }),
    ...(raw.view === 'tokens' ? { view: 'tokens' } : {}),
    ...(raw.enrol === true ? { enrol: true } : {}),
  };
}

function toText(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  return value === '' ? undefined : String(value);
}

export function toFilter({ search, state, behind, rejected, unwired, sort }: MachineSearch): MachineFilter {
  return {
    ...(search === undefined ? {} : { search: search.slice(0, 200) }),
    ...(state === undefined ? {} : { state }),
    ...(behind === undefined ? {} : { behind }),
    ...(rejected === undefined ? {} : { rejected }),
    ...(unwired === undefined ? {} : { unwired }),
    ...(sort === undefined ? {} : { sort }),
  };
}

export const isFiltered = ({ search, state, behind, rejected, unwired }: MachineSearch): boolean =>
  [search, state, behind, rejected, unwired].some((value) => value !== undefined);
