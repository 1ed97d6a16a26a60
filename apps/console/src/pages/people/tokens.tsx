/** API tokens of everybody: listed, and for whoever may, made, shown once, revoked. */

import { Badge, Button, Group, Stack, Text } from '@mantine/core';
import { IconKey, IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { commonTexts } from '#texts/common.ts';
import { peopleTexts } from '#texts/people.ts';
import { useMay } from '../../api/session.ts';
import { type ApiToken, useRevokeToken, useTokens } from '../../api/tokens.ts';
import { ConfirmDialog } from '../../pieces/confirm-dialog.tsx';
import { EmptyState } from '../../pieces/empty-state.tsx';
import { later } from '../../pieces/later.tsx';
import { type Column, ListTable } from '../../pieces/list-table.tsx';
import { RelativeTime } from '../../pieces/relative-time.tsx';
import { RowMenu } from '../../pieces/row-menu.tsx';
import { ShownOnce } from '../../pieces/shown-once.tsx';

const words = peopleTexts.tokens;
const CreateToken = later(async () => (await import('./create-token.tsx')).CreateToken);

export function Tokens() {
  const listing = useTokens();
  const may = useMay()('tokens:write');
  const [isCreating, setIsCreating] = useState(false);
  const [made, setMade] = useState<ApiToken>();
  const [revoked, setRevoked] = useState<ApiToken>();
  const create = (
    <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={() => setIsCreating(true)}>
      {words.create}
    </Button>
  );
  return (
    <Stack>
      <Group justify="space-between" align="flex-end">
        <Text c="dimmed" maw="60ch">
          {words.lead}
        </Text>
        {may && listing.rows?.length !== 0 ? create : null}
      </Group>
      <ListTable
        label={peopleTexts.tabs.tokens}
        columns={may ? [...COLUMNS, menuColumn(setRevoked)] : COLUMNS}
        listing={listing}
        keyOf={({ id }) => id}
        empty={
          <EmptyState icon={IconKey} {...words.empty}>
            {may ? create : null}
          </EmptyState>
        }
      />
      {isCreating ? (
        <CreateToken
          onMade={(token) => {
            setIsCreating(false);
            setMade(token);
          }}
          onClose={() => setIsCreating(false)}
        />
      ) : null}
      {made?.token === undefined ? null : (
        <ShownOnce
          title={words.made.title(made.name)}
          label={words.made.label}
          value={made.token}
          onClose={() => setMade(undefined)}
        >
          {words.made.text}
        </ShownOnce>
      )}
      {revoked === undefined ? null : <Revoking token={revoked} onClose={() => setRevoked(undefined)} />}
    </Stack>
  );
}

function Revoking({ token, onClose }: { readonly token: ApiToken; readonly onClose: () => void }) {
  const revoke = useRevokeToken();
  return (
    <ConfirmDialog
      title={words.revoking.title(token.name)}
      effect={words.revoking.text}
      action={words.revoking.action}
      typed={token.name}
      isBusy={revoke.isPending}
      error={revoke.error}
      onConfirm={() => revoke.mutate(token.id, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}

const COLUMNS: readonly Column<ApiToken>[] = [
  {
    key: 'name',
    title: words.columns.name,
    render: ({ name, start }) => (
      <div>
        {name}
        <Text size="sm" c="dimmed">
          <code>{start}…</code>
        </Text>
      </div>
    ),
  },
  { key: 'scopes', title: words.columns.scopes, render: ({ scopes }) => <Scopes scopes={scopes} /> },
  { key: 'by', title: words.columns.by, render: ({ createdBy }) => createdBy.name },
  { key: 'used', title: words.columns.used, render: ({ lastUsedAt }) => <RelativeTime at={lastUsedAt} /> },
  {
    key: 'expires',
    title: words.columns.expires,
    render: ({ expiresAt }) => <RelativeTime at={expiresAt} />,
  },
];

/** All that there are. */
const EVERYTHING = Object.keys(words.scopes).length;

function Scopes({ scopes }: { readonly scopes: readonly string[] }) {
  if (scopes.length === 0) return words.nothing;
  if (scopes.length === EVERYTHING) return words.everything;
  return (
    <Group gap={4}>
      {scopes.map((scope) => (
        <Badge key={scope} variant="default" tt="none" fw={500}>
          {words.scopes[scope]?.name ?? scope}
        </Badge>
      ))}
    </Group>
  );
}

const menuColumn = (revoke: (token: ApiToken) => void): Column<ApiToken> => ({
  key: 'menu',
  title: commonTexts.actions,
  width: '6rem',
  render: (token) => (
    <RowMenu
      label={words.menu(token.name)}
      actions={[{ name: words.revoke, icon: IconTrash, isDestructive: true, run: () => revoke(token) }]}
    />
  ),
});
