/** Address of a page of an organization. */
export function pagePath(organization: string, page?: string): string {
  const place = `/organizations/${organization}`;
  return page === undefined ? place : `${place}/${page}`;
}
