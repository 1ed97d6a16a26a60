/** Credentials of the directory: made, shown once, revoked. */

import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { commonTexts } from '#texts/common.ts';
import { settingsTexts } from '#texts/settings.ts';
import { type ScimConnection, useScimChanges } from '../../api/identity.ts';
import { ConfirmDialog } from '../../pieces/confirm-dialog.tsx';
import { type Column, ListTable } from '../../pieces/list-table.tsx';
import { ProblemNotice } from '../../pieces/problem-notice.tsx';
import { RelativeTime } from '../../pieces/relative-time.tsx';
import { ShownOnce } from '../../pieces/shown-once.tsx';

const words = settingsTexts.scim.credentials;
type Credential = ScimConnection['credentials'][number];

export function DirectoryCredentials({ credentials }: { readonly credentials: readonly Credential[] }) {
  const { createCredential: create } = useScimChanges();
  const [revoked, setRevoked] = useState<string>();
  return (
    <Paper withBorder p="lg" component="section" aria-labelledby="credentials">
      <Stack>
        <Group justify="space-between" align="flex-start">
          <div>
            <Title order={2} size="h4" id="credentials">
              {words.title}
            </Title>
            <Text c="dimmed">{words.text}</Text>
          </div>
          <Button loading={create.isPending} onClick={() => create.mutate()}>
            {words.create}
          </Button>
        </Group>
        {create.error === null ? null : <ProblemNotice error={create.error} />}
        <ListTable
          label={words.title}
          columns={columns(setRevoked)}
          listing={{
            rows: credentials,
            error: null,
            hasMore: false,
            isLoadingMore: false,
            loadMore: () => undefined,
            retry: () => undefined,
          }}
          keyOf={({ id }) => id}
          empty={<Text size="sm">{words.none}</Text>}
        />
      </Stack>
      {create.data === undefined ? null : (
        <ShownOnce
          title={words.made.title}
          label={words.label}
          value={create.data.token}
          onClose={() => create.reset()}
        >
          {words.made.text}
        </ShownOnce>
      )}
      {revoked === undefined ? null : <Revoking id={revoked} onClose={() => setRevoked(undefined)} />}
    </Paper>
  );
}

function Revoking({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const { revokeCredential: revoke } = useScimChanges();
  return (
    <ConfirmDialog
      title={words.revoking.title}
      effect={words.revoking.text}
      action={words.revoking.action}
      isBusy={revoke.isPending}
      error={revoke.error}
      onConfirm={() => revoke.mutate(id, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}

const columns = (revoke: (id: string) => void): readonly Column<Credential>[] => [
  { key: 'id', title: words.columns.id, render: ({ id }) => <code>{id.slice(0, 12)}…</code> },
  {
    key: 'created',
    title: words.columns.created,
    render: ({ createdAt }) => <RelativeTime at={createdAt} />,
  },
  { key: 'used', title: words.columns.used, render: ({ lastUsedAt }) => <RelativeTime at={lastUsedAt} /> },
  {
    key: 'expires',
    title: words.columns.expires,
    render: ({ expiresAt }) => <RelativeTime at={expiresAt} />,
  },
  {
    key: 'revoke',
    title: commonTexts.actions,
    render: ({ id }) => (
      <Button size="xs" variant="default" aria-label={words.revokeOf(id)} onClick={() => revoke(id)}>
        {words.revoke}
      </Button>
    ),
  },
];
