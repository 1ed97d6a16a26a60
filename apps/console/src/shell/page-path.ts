/** Addresses of the pages of an organization. */

export function pagePath(organization: string, page?: string): string {
  const place = `/organizations/${organization}`;
  return page === undefined ? place : `${place}/${page}`;
}

/** What a link to a page with filters is given. The router types filters by route; ours are checked by each page as it reads them. */
export function pageLink(
  organization: string,
  page: string,
  search: Readonly<Record<string, unknown>> = {},
): { readonly to: string; readonly search: never } {
  return { to: pagePath(organization, page), search: search as never };
}
