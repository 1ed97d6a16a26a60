/** A change of the draft, after which the person stands before the draft. */

import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useOrganization } from '../../api/session.ts';
import { pagePath } from '../../shell/page-path.ts';
import type { Wish } from './plan-change.ts';

/** @param change makes it, and says what it did */
export function useDraftChange(change: (wish: Wish) => Promise<string>) {
  const { slug } = useOrganization();
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: change,
    onSuccess: async (message) => {
      // Draft, registries, diff and tests: everything but records may look different now.
      void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'decisions' });
      await navigate({ to: pagePath(slug, 'registry-access') });
      notifications.show({ message, color: 'gate' });
    },
  });
}
