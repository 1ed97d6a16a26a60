/** The draft as text. What one types is kept while another tab is open, and when somebody else changes the draft. */

import { Badge, Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { registryAccessTexts } from '#texts/registry-access.ts';
import { type Draft, draftQuery, useReplaceDraft } from '../../api/draft.ts';
import { ApiProblem } from '../../api/problem.ts';
import { useMay, useOrganization } from '../../api/session.ts';
import { later } from '../../pieces/later.tsx';
import { ProblemNotice } from '../../pieces/problem-notice.tsx';
import { ConflictNotice, theirsOf } from './conflict-notice.tsx';
import type { EditorHandle } from './yaml-editor.tsx';

const words = registryAccessTexts.yaml;
const YamlEditor = later(
  async () => (await import('./yaml-editor.tsx')).YamlEditor,
  <Skeleton h={480} role="status" aria-label={words.editor} />,
);

export function YamlTab() {
  const { slug } = useOrganization();
  const { data: draft } = useQuery(draftQuery(slug));
  if (draft === undefined) return <Skeleton h={480} />;
  return <YamlDraft draft={draft} />;
}

interface Seen {
  readonly version: number;
  readonly yaml: string;
}

function YamlDraft({ draft }: { readonly draft: Draft }) {
  const mayWrite = useMay()('policy:write');
  /** What the person's own text was begun from. */
  const [seen, setSeen] = useState<Seen>(draft);
  const [text, setText] = useState(draft.yaml);
  const editor = useRef<EditorHandle>(null);
  const replace = useReplaceDraft();
  const isDirty = text !== seen.yaml;
  const take = (next: Seen) => {
    replace.reset();
    setSeen({ version: next.version, yaml: next.yaml });
    setText(next.yaml);
    editor.current?.replace(next.yaml);
  };
  // Nothing of one's own stands there: the newest is shown.
  if (!isDirty && draft.version > seen.version) {
    setSeen({ version: draft.version, yaml: draft.yaml });
    setText(draft.yaml);
  }
  const save = (version: number) =>
    replace.mutate(
      { version, yaml: text },
      { onSuccess: (saved) => setSeen({ version: saved.version, yaml: saved.yaml }) },
    );
  return (
    <Stack gap="sm">
      <Text c="dimmed" size="sm">
        {mayWrite ? words.lead : words.readOnly}
      </Text>
      <YamlEditor text={text} isReadOnly={!mayWrite} handle={editor} onChange={setText} />
      <Refusal
        error={replace.error}
        isBusy={replace.isPending}
        onReapply={save}
        onTake={(problem) => take(theirsOf(problem))}
      />
      {mayWrite ? (
        <Group justify="space-between">
          <Badge variant="light" color={isDirty ? 'amber' : 'gray'} tt="none" aria-live="polite">
            {isDirty ? words.unsaved : words.clean}
          </Badge>
          <Group gap="xs">
            <Button variant="default" disabled={!isDirty} onClick={() => take(draft)}>
              {words.reset}
            </Button>
            <Button disabled={!isDirty} loading={replace.isPending} onClick={() => save(seen.version)}>
              {words.save}
            </Button>
          </Group>
        </Group>
      ) : null}
    </Stack>
  );
}

function Refusal({
  error,
  onTake,
  ...conflict
}: {
  readonly error: unknown;
  readonly isBusy: boolean;
  readonly onReapply: (version: number) => void;
  readonly onTake: (problem: ApiProblem) => void;
}) {
  if (error === null) return null;
  if (!(error instanceof ApiProblem) || error.code !== 'DRAFT_CONFLICT')
    return <ProblemNotice error={error} />;
  return (
    <ConflictNotice
      problem={error}
      onTake={() => onTake(error)}
      hint={registryAccessTexts.conflict.takeHint}
      {...conflict}
    />
  );
}
