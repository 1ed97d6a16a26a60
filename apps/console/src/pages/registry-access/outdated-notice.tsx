/** The draft was begun before what is in force now: what was published since, what the draft holds, and the ways on. */

import { Alert, Button, Group, List, Stack, Text } from '@mantine/core';
import { IconGitMerge } from '@tabler/icons-react';
import { useState } from 'react';
import { registryAccessTexts } from '#texts/registry-access.ts';
import { type Change, type Draft, useRebaseDraft } from '../../api/draft.ts';
import { ApiProblem } from '../../api/problem.ts';
import { useMay } from '../../api/session.ts';
import { ProblemNotice } from '../../pieces/problem-notice.tsx';
import { ChangeList } from './change-list.tsx';
import { DiscardDialog } from './draft-bar.tsx';

const words = registryAccessTexts.outdated;

export function OutdatedNotice({ draft }: { readonly draft: Draft }) {
  const mayWrite = useMay()('policy:write');
  const rebase = useRebaseDraft();
  const [isDiscarding, setDiscarding] = useState(false);
  if (draft.base === draft.published) return null;
  const { error } = rebase;
  return (
    <Alert color="amber" icon={<IconGitMerge />} title={words.title(draft.published)} mt="md" role="status">
      <Stack gap="sm">
        <Text size="sm">{words.text}</Text>
        {error instanceof ApiProblem && error.code === 'DRAFT_OUTDATED' ? (
          <BothSides problem={error} />
        ) : error === null ? null : (
          <ProblemNotice error={error} />
        )}
        {mayWrite ? (
          <Group gap="xs">
            <Button size="xs" loading={rebase.isPending} onClick={() => rebase.mutate(draft.version)}>
              {words.rebase}
            </Button>
            <Button size="xs" variant="default" onClick={() => setDiscarding(true)}>
              {registryAccessTexts.draft.discardAction}
            </Button>
          </Group>
        ) : null}
      </Stack>
      {isDiscarding ? <DiscardDialog draft={draft} onClose={() => setDiscarding(false)} /> : null}
    </Alert>
  );
}

/** As a 409 `DRAFT_OUTDATED` tells it. */
interface Sides {
  readonly yours: { readonly base: number; readonly changes: readonly Change[] };
  readonly theirs: { readonly revision: number; readonly changes: readonly Change[] };
  readonly conflicts: readonly string[];
}

function BothSides({ problem }: { readonly problem: ApiProblem }) {
  const { yours, theirs, conflicts } = problem.body as unknown as Sides;
  return (
    <Stack gap="xs" role="alert">
      <Text size="sm" fw={600}>
        {words.both}
      </Text>
      <Text size="sm">{words.conflicts}</Text>
      <List size="sm">
        {conflicts.map((path) => (
          <List.Item key={path}>
            <code>{path}</code>
          </List.Item>
        ))}
      </List>
      <Text size="sm" fw={600}>
        {words.published(yours.base, theirs.revision)}
      </Text>
      <ChangeList changes={theirs.changes} />
      <Text size="sm" fw={600}>
        {words.yours}
      </Text>
      <ChangeList changes={yours.changes} />
    </Stack>
  );
}
