/** Asks before an older revision is published once more: names both revisions, shows what goes back. */

import { Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { registryAccessTexts } from '#texts/registry-access.ts';
import { answerOf, api, type Schemas } from '../../api/client.ts';
import { usePolicyChange } from '../../api/draft.ts';
import { useOrganization } from '../../api/session.ts';
import { ConfirmDialog } from '../../pieces/confirm-dialog.tsx';
import { ChangeEffect } from './change-effect.tsx';
import { ChangeList } from './change-list.tsx';

const words = registryAccessTexts.revisions;

const useRollBack = () =>
  usePolicyChange((organization, revision: number) =>
    answerOf(
      api.POST('/api/v1/organizations/{organization}/policy/rollback', {
        params: { path: { organization } },
        body: { revision },
      }),
    ),
  );

export function RollbackDialog({
  to,
  current,
  onPublished,
  onClose,
}: {
  readonly to: Schemas['PublishedPolicy'];
  readonly current: number;
  readonly onPublished: (revision: number) => void;
  readonly onClose: () => void;
}) {
  const rollBack = useRollBack();
  return (
    <ConfirmDialog
      title={words.rollBackAsk(to.revision)}
      effect={
        <Stack gap="sm">
          <Text>{words.rollBackEffect(to.revision, current + 1)}</Text>
          <ChangesSince revision={to.revision} />
          <Text fw={600}>{words.rollBackAttempts}</Text>
          <ChangeEffect of={{ revision: to.revision }} version={current} />
        </Stack>
      }
      action={words.rollBack(to.revision)}
      isBusy={rollBack.isPending}
      error={rollBack.error}
      onConfirm={() => rollBack.mutate(to.revision, { onSuccess: ({ revision }) => onPublished(revision) })}
      onClose={onClose}
    />
  );
}

/** What was published after the revision, and goes back with it. */
function ChangesSince({ revision }: { readonly revision: number }) {
  const { slug } = useOrganization();
  const { data } = useQuery({
    queryKey: ['policy', slug, 'revisions', 'since'],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/api/v1/organizations/{organization}/policy/revisions', {
          params: { path: { organization: slug }, query: { limit: 50 } },
          signal,
        }),
      ),
  });
  const later = (data?.items ?? []).filter((one) => one.revision > revision);
  const changes = later.flatMap((one) => one.changes);
  if (changes.length === 0) return null;
  return (
    <>
      <Text fw={600}>{words.since}</Text>
      <ChangeList changes={changes} />
    </>
  );
}
