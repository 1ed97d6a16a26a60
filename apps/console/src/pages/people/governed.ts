/** What the groups of a directory or of single sign-on decide on, by the mappings that the person may see. */

import { useQuery } from '@tanstack/react-query';
import { type GroupMapping, scimQuery, ssoQuery } from '../../api/identity.ts';
import { useMay, useOrganization } from '../../api/session.ts';

/** Undefined: there are mappings of a directory, which only owners see. */
export function useMappings(source: 'sso' | 'scim'): readonly GroupMapping[] | undefined {
  const { slug } = useOrganization();
  const may = useMay();
  const sso = useQuery({ ...ssoQuery(slug), enabled: source === 'sso' });
  const scim = useQuery({ ...scimQuery(slug), enabled: source === 'scim' && may('organization:write') });
  if (source === 'sso') return sso.data?.mappings ?? [];
  return may('organization:write') ? (scim.data?.mappings ?? []) : undefined;
}

/** Teams that some mapping names. */
export const governedTeams = (mappings: readonly GroupMapping[]): readonly string[] => [
  ...new Set(mappings.flatMap(({ teams }) => teams ?? [])),
];
