/** Somebody else changed the draft between reading and saving: who, when, what it says now, and the ways on. */

import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconUsers } from '@tabler/icons-react';
import { registryAccessTexts } from '#texts/registry-access.ts';
import type { Change } from '../../api/draft.ts';
import type { ApiProblem } from '../../api/problem.ts';
import { RelativeTime } from '../../pieces/relative-time.tsx';
import { ChangeList } from './change-list.tsx';

const words = registryAccessTexts.conflict;

/** The other side, as a 409 `DRAFT_CONFLICT` tells it. */
export interface Theirs {
  readonly version: number;
  readonly updatedAt?: number;
  readonly updatedBy?: { readonly name: string };
  readonly changes: readonly Change[];
  readonly yaml: string;
}

export const theirsOf = (problem: ApiProblem) => problem.body.theirs as Theirs;

export function ConflictNotice({
  problem,
  path,
  isBusy,
  onReapply,
  onTake,
  hint,
}: {
  readonly problem: ApiProblem;
  /** Of the rule that both touch; their changes of it come first. */
  readonly path?: string;
  readonly isBusy: boolean;
  /** Saves mine once more, on the version that is there now. */
  readonly onReapply: (version: number) => void;
  readonly onTake: () => void;
  readonly hint?: string;
}) {
  const { version, updatedAt, updatedBy, changes } = theirsOf(problem);
  const sorted = changes.toSorted((a, b) => Number(b.path === path) - Number(a.path === path));
  return (
    <Alert
      color="amber"
      icon={<IconUsers />}
      title={words.title(updatedBy?.name ?? registryAccessTexts.draft.somebody)}
      role="alert"
    >
      <Stack gap="xs">
        <Text size="sm">
          {words.when} <RelativeTime at={updatedAt} />. {words.kept}
        </Text>
        <Text size="sm" fw={600}>
          {words.theirs}
        </Text>
        {sorted.length === 0 ? <Text size="sm">{words.noChanges}</Text> : <ChangeList changes={sorted} />}
        <Group gap="xs">
          <Button size="xs" loading={isBusy} onClick={() => onReapply(version)}>
            {words.reapply}
          </Button>
          <Button size="xs" variant="default" onClick={onTake}>
            {words.take}
          </Button>
        </Group>
        {hint === undefined ? null : <Text size="xs">{hint}</Text>}
      </Stack>
    </Alert>
  );
}
