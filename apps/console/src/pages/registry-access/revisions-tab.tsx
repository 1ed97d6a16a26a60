/** Every revision: who published it, when, why, and what changed. */

import { Anchor, Group, Text } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { registryAccessTexts } from '#texts/registry-access.ts';
import { answerOf, api, type Schemas } from '../../api/client.ts';
import { useListing } from '../../api/listing.ts';
import { publishedPolicyQuery } from '../../api/policy.ts';
import { useOrganization } from '../../api/session.ts';
import { EmptyState } from '../../pieces/empty-state.tsx';
import { type Column, ListTable } from '../../pieces/list-table.tsx';
import { RelativeTime } from '../../pieces/relative-time.tsx';
import { StatusBadge } from '../../pieces/status-badge.tsx';
import { useAccessSearch } from './access-search.ts';

type Revision = Schemas['RevisionSummary'];
const words = registryAccessTexts.revisions;
const MOST_CHANGES = 3;

export function RevisionsTab() {
  const { slug } = useOrganization();
  const listing = useListing<Revision>(['policy', slug, 'revisions'], (cursor, signal) =>
    answerOf(
      api.GET('/api/v1/organizations/{organization}/policy/revisions', {
        params: { path: { organization: slug }, query: cursor === undefined ? {} : { cursor } },
        signal,
      }),
    ),
  );
  return (
    <ListTable
      label={words.label}
      columns={columns}
      listing={listing}
      keyOf={({ revision }) => String(revision)}
      empty={<EmptyState icon={IconHistory} {...words.empty} />}
    />
  );
}

const columns: readonly Column<Revision>[] = [
  { key: 'revision', title: words.columns.revision, render: (item) => <Name item={item} /> },
  { key: 'when', title: words.columns.when, render: ({ publishedAt }) => <RelativeTime at={publishedAt} /> },
  { key: 'who', title: words.columns.who, render: ({ publishedBy }) => publishedBy.name },
  { key: 'comment', title: words.columns.comment, render: ({ comment }) => comment ?? '–' },
  { key: 'changes', title: words.columns.changes, width: '36%', render: (item) => <Changes item={item} /> },
];

function Name({ item: { revision, rollbackOf } }: { readonly item: Revision }) {
  const { slug } = useOrganization();
  const [, change] = useAccessSearch();
  const { data } = useQuery(publishedPolicyQuery(slug));
  return (
    <Group gap="xs">
      <Anchor
        component="button"
        type="button"
        fw={600}
        mih={24}
        aria-label={words.open(revision)}
        onClick={() => change({ revision })}
      >
        r{revision}
      </Anchor>
      {data?.revision === revision ? <StatusBadge kind="good" text={words.inForce} /> : null}
      {rollbackOf === undefined ? null : (
        <Text size="sm" c="dimmed">
          {words.rollbackOf(rollbackOf)}
        </Text>
      )}
    </Group>
  );
}

function Changes({ item: { changes } }: { readonly item: Revision }) {
  return (
    <>
      {changes.slice(0, MOST_CHANGES).map(({ op, path, text }) => (
        <Text key={`${op} ${path}`} size="sm" className="mono">
          {text}
        </Text>
      ))}
      {changes.length > MOST_CHANGES ? (
        <Text size="sm" c="dimmed">
          {registryAccessTexts.draft.moreChanges(changes.length - MOST_CHANGES)}
        </Text>
      ) : null}
    </>
  );
}
