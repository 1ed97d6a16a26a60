/** Changes the mode for everyone; what it changes elsewhere is read anew. */

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { answerOf, api } from '../../api/client.ts';
import { useOrganization } from '../../api/session.ts';

export function useChangeMode() {
  const { slug } = useOrganization();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (mode: 'observe' | 'enforce') =>
      answerOf(
        api.POST('/api/v1/organizations/{organization}/policy/mode', {
          params: { path: { organization: slug } },
          body: { mode },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['policy', slug] }),
  });
}
