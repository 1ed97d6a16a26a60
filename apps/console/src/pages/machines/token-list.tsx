/** Enrolment tokens: which are open, by whom, until when; and revoking them. */

import { Button, Text } from '@mantine/core';
import { IconTicket } from '@tabler/icons-react';
import { useState } from 'react';
import { machinesTexts } from '#texts/machines.ts';
import {
  type EnrollmentToken,
  useEnrollmentTokens,
  useRevokeEnrollmentToken,
} from '../../api/enrollment-tokens.ts';
import { useOrganization } from '../../api/session.ts';
import { ConfirmDialog } from '../../pieces/confirm-dialog.tsx';
import { EmptyState } from '../../pieces/empty-state.tsx';
import { type Column, ListTable } from '../../pieces/list-table.tsx';
import { RelativeTime } from '../../pieces/relative-time.tsx';
import { StatusBadge } from '../../pieces/status-badge.tsx';

const words = machinesTexts.tokens;
const KINDS = { open: 'waiting', used: 'neutral', expired: 'neutral' } as const;

export function TokenList() {
  const { slug } = useOrganization();
  const listing = useEnrollmentTokens(slug);
  const [revoking, setRevoking] = useState<EnrollmentToken>();
  return (
    <>
      <ListTable
        label={machinesTexts.views.tokens}
        columns={toColumns(setRevoking)}
        listing={listing}
        keyOf={({ id }) => id}
        empty={<EmptyState icon={IconTicket} {...words.empty} />}
      />
      {revoking === undefined ? null : (
        <RevokeToken token={revoking} onClose={() => setRevoking(undefined)} />
      )}
    </>
  );
}

function stateOf({ used, uses, expiresAt }: EnrollmentToken): keyof typeof KINDS {
  if (used >= uses) return 'used';
  return expiresAt <= Date.now() ? 'expired' : 'open';
}

function toColumns(revoke: (token: EnrollmentToken) => void): readonly Column<EnrollmentToken>[] {
  return [
    { key: 'made', title: words.columns.made, render: ({ createdAt }) => <RelativeTime at={createdAt} /> },
    { key: 'by', title: words.columns.by, render: ({ createdBy }) => createdBy.name },
    { key: 'used', title: words.columns.used, render: ({ used, uses }) => words.used(used, uses) },
    {
      key: 'kind',
      title: words.columns.kind,
      render: ({ ephemeral }) => (ephemeral ? words.kinds.ephemeral : words.kinds.lasting),
    },
    { key: 'ends', title: words.columns.ends, render: ({ expiresAt }) => <RelativeTime at={expiresAt} /> },
    {
      key: 'state',
      title: words.columns.state,
      render: (token) => <StatusBadge kind={KINDS[stateOf(token)]} text={words.states[stateOf(token)]} />,
    },
    {
      key: 'action',
      title: words.columns.action,
      render: (token) =>
        stateOf(token) === 'open' ? (
          <Button
            size="xs"
            variant="default"
            onClick={() => revoke(token)}
            aria-label={words.revokeOf(token.createdBy.name)}
          >
            {words.revoke}
          </Button>
        ) : (
          <Text span c="dimmed">
            –
          </Text>
        ),
    },
  ];
}

function RevokeToken({ token, onClose }: { readonly token: EnrollmentToken; readonly onClose: () => void }) {
  const { slug } = useOrganization();
  const { mutate, isPending, error } = useRevokeEnrollmentToken(slug);
  return (
    <ConfirmDialog
      title={words.revokeTitle}
      effect={words.revokeEffect(token.uses - token.used)}
      action={words.revokeAction}
      isBusy={isPending}
      error={error}
      onConfirm={() => mutate(token.id, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}
