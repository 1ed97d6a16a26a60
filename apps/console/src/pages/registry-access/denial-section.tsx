/** Denials: what is refused whatever else allows it. */

import { ActionIcon, Button, Group, Stack, Text, Title } from '@mantine/core';
import { IconBan, IconPencil, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { commonTexts } from '#texts/common.ts';
import { registryAccessTexts } from '#texts/registry-access.ts';
import { draftQuery, useReplaceDraft } from '../../api/draft.ts';
import { publishedPolicyQuery } from '../../api/policy.ts';
import { useMay, useOrganization } from '../../api/session.ts';
import { type Column, ListTable } from '../../pieces/list-table.tsx';
import { ProblemNotice } from '../../pieces/problem-notice.tsx';
import { useAccessSearch } from './access-search.ts';
import {
  type Denial,
  type DenialState,
  documentOf,
  listDenials,
  withDenial,
  withoutDenial,
} from './denials.ts';
import { LimitSummary } from './limit-summary.tsx';
import classes from './page.module.css';
import { StateBadge } from './registry-columns.tsx';

const words = registryAccessTexts;

interface Row {
  readonly rule: Denial;
  readonly state: DenialState;
}

export function DenialSection() {
  const { slug } = useOrganization();
  const [{ search }, change] = useAccessSearch();
  const mayWrite = useMay()('policy:write');
  const draft = useQuery(draftQuery(slug));
  const published = useQuery(publishedPolicyQuery(slug));
  if (draft.data === undefined || published.data === undefined) return null;
  const all = listDenials(documentOf(draft.data), documentOf(published.data));
  const text = search.toLowerCase();
  const rows = all.filter(({ rule }) => JSON.stringify(rule).toLowerCase().includes(text));
  return (
    <Stack gap="sm" mt="xl" component="section" aria-labelledby="denials">
      <Group justify="space-between" align="flex-end">
        <div>
          <Title order={2} size="h4" id="denials">
            {words.denials.title}
          </Title>
          <Text c="dimmed" size="sm">
            {words.denials.lead}
          </Text>
        </div>
        {mayWrite ? (
          <Button
            variant="default"
            leftSection={<IconBan size={16} aria-hidden />}
            onClick={() => change({ deny: '' })}
          >
            {words.addDenial}
          </Button>
        ) : null}
      </Group>
      <ListTable
        label={words.denials.title}
        columns={mayWrite ? [...columns, actionColumn] : columns}
        listing={{
          rows,
          error: null,
          hasMore: false,
          isLoadingMore: false,
          loadMore: () => undefined,
          retry: () => undefined,
        }}
        keyOf={({ rule }) => rule.id}
        empty={
          <Text size="sm">{all.length === 0 ? words.denials.none : commonTexts.nothingFound.title}</Text>
        }
      />
    </Stack>
  );
}

const columns: readonly Column<Row>[] = [
  {
    key: 'registry',
    title: words.denials.columns.registry,
    width: '28%',
    render: ({ rule, state }) => (
      <Group gap="xs">
        <Text fw={600} className={`${classes.host} ${state === 'removed' ? classes.removed : ''}`}>
          {rule.registry}
        </Text>
        <StateBadge state={state} />
      </Group>
    ),
  },
  {
    key: 'actions',
    title: words.denials.columns.actions,
    render: ({ rule }) =>
      rule.actions?.map((action) => words.actionNames[action]).join(', ') ?? words.denials.allActions,
  },
  { key: 'limits', title: words.denials.columns.limits, render: ({ rule }) => <Limits rule={rule} /> },
  {
    key: 'who',
    title: words.denials.columns.who,
    render: ({ rule }) => rule.teams?.join(', ') ?? words.everyone,
  },
  { key: 'because', title: words.denials.columns.because, render: ({ rule }) => rule.because ?? '–' },
];

function Limits({ rule }: { readonly rule: Denial }) {
  const isWhole = [rule.repositories, rule.tags, rule.digests].every((list) => list === undefined);
  return isWhole ? words.denials.wholeRegistry : <LimitSummary rule={rule} />;
}

const actionColumn: Column<Row> = {
  key: 'change',
  title: commonTexts.actions,
  width: '8rem',
  render: (row) => <RowActions row={row} />,
};

function RowActions({ row: { rule, state } }: { readonly row: Row }) {
  const { slug } = useOrganization();
  const [, change] = useAccessSearch();
  const { data: draft } = useQuery(draftQuery(slug));
  const replace = useReplaceDraft();
  const name = words.denials.name(rule.registry);
  if (draft === undefined) return null;
  const { version } = draft;
  const put = (edit: 'keep' | 'remove') =>
    replace.mutate({
      version,
      document:
        edit === 'keep' ? withDenial(documentOf(draft), rule) : withoutDenial(documentOf(draft), rule.id),
    });
  return (
    <>
      {state === 'removed' ? (
        <Button
          size="xs"
          variant="default"
          aria-label={words.undoOf(name)}
          loading={replace.isPending}
          onClick={() => put('keep')}
        >
          {words.undo}
        </Button>
      ) : (
        <Group gap={4} wrap="nowrap">
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={words.edit(name)}
            onClick={() => change({ editDenial: rule.id })}
          >
            <IconPencil size={18} stroke={1.6} aria-hidden />
          </ActionIcon>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={words.remove(name)}
            loading={replace.isPending}
            onClick={() => put('remove')}
          >
            <IconTrash size={18} stroke={1.6} aria-hidden />
          </ActionIcon>
        </Group>
      )}
      {replace.error === null ? null : <ProblemNotice error={replace.error} />}
    </>
  );
}
