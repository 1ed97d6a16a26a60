/** Says that the draft differs from what is in force, and leads to applying it. Stays in sight while the list scrolls. */

import { Box, Button, Group, Paper, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { registryAccessTexts } from '#texts/registry-access.ts';
import { type Draft, useDiscardDraft } from '../../api/draft.ts';
import { useMay } from '../../api/session.ts';
import { ConfirmDialog } from '../../pieces/confirm-dialog.tsx';
import { RelativeTime } from '../../pieces/relative-time.tsx';
import { useAccessSearch } from './access-search.ts';
import classes from './page.module.css';

const words = registryAccessTexts.draft;

export function DraftBar({ draft }: { readonly draft: Draft }) {
  const [, change] = useAccessSearch();
  const mayWrite = useMay()('policy:write');
  const [isDiscarding, setDiscarding] = useState(false);
  const { changes, updatedAt, updatedBy } = draft;
  return (
    <section className={classes.bar} aria-live="polite" aria-label={registryAccessTexts.draft.title}>
      {changes.length === 0 ? null : (
        <Box pb="sm">
          <Paper withBorder shadow="md" p="sm">
            <Group justify="space-between" gap="sm">
              <Stack gap={0}>
                <Text fw={600}>{words.bar(changes.length)}</Text>
                {updatedBy === undefined ? null : (
                  <Text size="sm" c="dimmed">
                    {words.by(updatedBy.name)}, <RelativeTime at={updatedAt} />
                  </Text>
                )}
              </Stack>
              <Group gap="xs">
                {mayWrite ? (
                  <Button variant="default" onClick={() => setDiscarding(true)}>
                    {words.discard}
                  </Button>
                ) : null}
                <Button onClick={() => change({ review: true })}>{words.review}</Button>
              </Group>
            </Group>
          </Paper>
        </Box>
      )}
      {isDiscarding ? <DiscardDialog draft={draft} onClose={() => setDiscarding(false)} /> : null}
    </section>
  );
}

export function DiscardDialog({ draft, onClose }: { readonly draft: Draft; readonly onClose: () => void }) {
  const discard = useDiscardDraft();
  return (
    <ConfirmDialog
      title={words.discardTitle}
      effect={words.discardEffect(draft.changes.length)}
      action={words.discardAction}
      isBusy={discard.isPending}
      error={discard.error}
      onConfirm={() => discard.mutate(draft.version, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}
