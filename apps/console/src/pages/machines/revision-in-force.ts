/** The revision that machines should have. */

import { useQuery } from '@tanstack/react-query';
import { publishedPolicyQuery } from '../../api/policy.ts';
import { useMay, useOrganization } from '../../api/session.ts';

/** Undefined to whom the policy may not be shown. */
export function useRevisionInForce(): number | undefined {
  const { slug } = useOrganization();
  const may = useMay()('policy:read');
  return useQuery({ ...publishedPolicyQuery(slug), enabled: may }).data?.revision;
}
