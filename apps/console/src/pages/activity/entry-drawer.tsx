/** One entry of the record, opened: who, from where, what was before and after, its place in the chain. */

import { Skeleton, Stack, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { activityTexts } from '#texts/activity.ts';
import { commonTexts } from '#texts/common.ts';
import { type ActivityEntry, activityEntryQuery } from '../../api/activity.ts';
import { useOrganization } from '../../api/session.ts';
import { type Fact, Facts } from '../../pieces/facts.tsx';
import { ProblemNotice } from '../../pieces/problem-notice.tsx';
import { RecordDrawer } from '../../pieces/record-drawer.tsx';
import { RelativeTime } from '../../pieces/relative-time.tsx';
import { EntryChanges } from './entry-changes.tsx';

const words = activityTexts.detail;

export function EntryDrawer({
  id,
  onClose,
}: {
  readonly id: string | undefined;
  readonly onClose: () => void;
}) {
  return (
    <RecordDrawer title={words.title} isOpen={id !== undefined} onClose={onClose}>
      {id === undefined ? null : <Opened key={id} id={id} />}
    </RecordDrawer>
  );
}

function Opened({ id }: { readonly id: string }) {
  const { slug } = useOrganization();
  const { data, error, refetch } = useQuery(activityEntryQuery(slug, id));
  if (data !== undefined) return <Content entry={data} />;
  if (error !== null) return <ProblemNotice error={error} onRetry={() => void refetch()} />;
  return (
    <Stack aria-busy="true" aria-label={commonTexts.loading} role="status">
      <Skeleton h={28} />
      <Skeleton h={180} />
    </Stack>
  );
}

function Content({ entry }: { readonly entry: ActivityEntry }) {
  return (
    <Stack gap="lg">
      <Title order={3} size="h4" style={{ overflowWrap: 'anywhere' }}>
        {entry.text}
      </Title>
      <Facts facts={factsOf(entry)} />
      <EntryChanges before={entry.before} after={entry.after} />
    </Stack>
  );
}

function factsOf({ at, actor, from, event, target, seq }: ActivityEntry): readonly Fact[] {
  const kind = words.actorKinds[actor.kind] ?? actor.kind;
  return [
    { name: words.facts.at, value: <RelativeTime at={at} /> },
    { name: words.facts.actor, value: kind === '' ? actor.name : `${actor.name}, ${kind}` },
    { name: words.facts.address, value: from.address },
    ...(from.userAgent === undefined ? [] : [{ name: words.facts.userAgent, value: from.userAgent }]),
    { name: words.facts.event, value: <code>{event}</code> },
    { name: words.facts.target, value: `${target.kind} ${target.id}` },
    { name: words.facts.place, value: String(seq) },
  ];
}
