/** One revision: what it changed, its text, and the way back to it. */

import { Button, Code, Group, ScrollArea, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { registryAccessTexts } from '#texts/registry-access.ts';
import { publishedPolicyQuery, revisionQuery } from '../../api/policy.ts';
import { useMay, useOrganization } from '../../api/session.ts';
import { ProblemNotice } from '../../pieces/problem-notice.tsx';
import { RelativeTime } from '../../pieces/relative-time.tsx';
import { CLOSED, useAccessSearch } from './access-search.ts';
import { ChangeList } from './change-list.tsx';
import { ReviewSection } from './review-section.tsx';
import { RollbackDialog } from './rollback-dialog.tsx';
import { RolloutView } from './rollout-view.tsx';
import { SideDrawer } from './side-drawer.tsx';

const words = registryAccessTexts.revisions;

export function RevisionDrawer({ revision }: { readonly revision: number }) {
  const [, change] = useAccessSearch();
  const [published, setPublished] = useState<number>();
  const title =
    published === undefined ? words.title(revision) : registryAccessTexts.rollout.title(published);
  return (
    <SideDrawer title={title} onClose={() => change(CLOSED)}>
      {(close) =>
        published === undefined ? (
          <RevisionView revision={revision} onPublished={setPublished} />
        ) : (
          <RolloutView revision={published} onClose={close} />
        )
      }
    </SideDrawer>
  );
}

function RevisionView({
  revision,
  onPublished,
}: {
  readonly revision: number;
  readonly onPublished: (revision: number) => void;
}) {
  const { slug } = useOrganization();
  const mayWrite = useMay()('policy:write');
  const { data, error, refetch } = useQuery(revisionQuery(slug, revision));
  const current = useQuery(publishedPolicyQuery(slug));
  const [isAsking, setAsking] = useState(false);
  if (error !== null) return <ProblemNotice error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Skeleton h={320} />;
  const isOlder = current.data !== undefined && current.data.revision !== revision;
  return (
    <Stack gap="lg">
      <Stack gap={2}>
        <Text>
          {words.published(data.publishedBy.name)}, <RelativeTime at={data.publishedAt} />
        </Text>
        {data.comment === undefined ? null : <Text>{data.comment}</Text>}
      </Stack>
      {mayWrite && isOlder ? (
        <Group>
          <Button variant="default" onClick={() => setAsking(true)}>
            {words.rollBack(revision)}
          </Button>
        </Group>
      ) : null}
      <ReviewSection title={words.diff}>
        {data.changes.length === 0 ? <Text>{words.first}</Text> : <ChangeList changes={data.changes} />}
      </ReviewSection>
      <ReviewSection title={words.text}>
        <ScrollArea.Autosize
          mah={480}
          viewportProps={{ tabIndex: 0, 'aria-label': words.text, role: 'group' }}
        >
          <Code block>{data.yaml}</Code>
        </ScrollArea.Autosize>
      </ReviewSection>
      {isAsking && current.data !== undefined ? (
        <RollbackDialog
          to={data}
          current={current.data.revision}
          onPublished={onPublished}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </Stack>
  );
}
