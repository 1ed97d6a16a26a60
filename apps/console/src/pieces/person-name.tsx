/** The name of a person of whom a record knows the id alone; the id where they are no member any more. */

import { useQuery } from '@tanstack/react-query';
import { memberQuery } from '../api/member.ts';
import { useMay, useOrganization } from '../api/session.ts';

export function PersonName({ id }: { readonly id: string }) {
  const { slug } = useOrganization();
  const may = useMay();
  const { data } = useQuery({ ...memberQuery(slug, id), enabled: may('people:read') });
  return data?.name ?? <span className="mono">{id}</span>;
}
