/**
 * What the address of the page says: tab, search, and the drawer that is open. Other pages lead here by it:
 * `?add=quay.io&repositories=team/app` and `?deny=quay.io&repositories=team/app` open the form filled in.
 */

import { useNavigate, useSearch } from '@tanstack/react-router';

export const TABS = ['registries', 'yaml', 'revisions'] as const;
export type Tab = (typeof TABS)[number];

export interface AccessSearch {
  readonly tab: Tab;
  readonly search: string;
  /** Host to add; empty for one that is still to be named. */
  readonly add: string | undefined;
  readonly edit: string | undefined;
  /** Host to deny, or empty. */
  readonly deny: string | undefined;
  readonly editDenial: string | undefined;
  /** For a form that opens filled in. */
  readonly repositories: readonly string[];
  readonly review: boolean;
  readonly bulk: boolean;
  readonly revision: number | undefined;
}

/** The address is typed by anyone: what does not fit is left out. */
export function parseAccessSearch(raw: Readonly<Record<string, unknown>>): AccessSearch {
  const text = (key: string) => {
    const value = raw[key];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
  };
  const revision = Number(raw.revision);
  return {
    tab: TABS.find((tab) => tab === raw.tab) ?? 'registries',
    search: text('search') ?? '',
    add: text('add'),
    edit: text('edit'),
    deny: text('deny'),
    editDenial: text('editDenial'),
    repositories: (text('repositories') ?? '').split(',').filter((one) => one !== ''),
    review: raw.review === true,
    bulk: raw.bulk === true,
    revision: Number.isInteger(revision) && revision > 0 ? revision : undefined,
  };
}

type Patch = Partial<Record<keyof AccessSearch, string | number | boolean | undefined>>;

export function useAccessSearch(): readonly [AccessSearch, (patch: Patch, replace?: boolean) => void] {
  const search = parseAccessSearch(useSearch({ strict: false }));
  const navigate = useNavigate();
  const change = (patch: Patch, replace = false) =>
    void navigate({
      to: '.',
      search: (before: Record<string, unknown>) => ({ ...before, ...patch }),
      replace,
      resetScroll: false,
    });
  return [search, change];
}

/** The drawers of the page, all closed. */
export const CLOSED = {
  add: undefined,
  edit: undefined,
  deny: undefined,
  editDenial: undefined,
  repositories: undefined,
  review: undefined,
  bulk: undefined,
  revision: undefined,
} as const;
