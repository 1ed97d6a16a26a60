/** What the draft changes, what to know before, what it would have meant for the last 30 days; then Save & Apply. */

import { Alert, Button, Checkbox, Group, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { commonTexts } from '#texts/common.ts';
import { registryAccessTexts } from '#texts/registry-access.ts';
import { type Draft, usePublish } from '../../api/draft.ts';
import { ApiProblem } from '../../api/problem.ts';
import { useMay } from '../../api/session.ts';
import { ProblemNotice } from '../../pieces/problem-notice.tsx';
import { ChangeEffect } from './change-effect.tsx';
import { ChangeList } from './change-list.tsx';
import { theirsOf } from './conflict-notice.tsx';
import { ReviewSection } from './review-section.tsx';
import { TestSummary } from './test-summary.tsx';
import { WarningList } from './warning-list.tsx';

const words = registryAccessTexts.draft;

interface ReviewProps {
  readonly draft: Draft;
  readonly onPublished: (revision: number) => void;
  readonly onClose: () => void;
}

export function Review({ draft, onPublished, onClose }: ReviewProps) {
  const mayWrite = useMay()('policy:write');
  const { changes, warnings, tests } = draft;
  if (changes.length === 0) return <Text>{words.nothing}</Text>;
  return (
    <Stack gap="lg">
      <ReviewSection title={words.changes}>
        <ChangeList changes={changes} />
      </ReviewSection>
      {warnings.length === 0 ? null : (
        <ReviewSection title={words.warnings}>
          <WarningList warnings={warnings} />
        </ReviewSection>
      )}
      <ReviewSection title={words.tests}>
        <TestSummary tests={tests} />
      </ReviewSection>
      <ReviewSection title={words.effect}>
        <ChangeEffect of="draft" version={draft.version} />
      </ReviewSection>
      {mayWrite ? <ApplyForm draft={draft} onPublished={onPublished} onClose={onClose} /> : null}
    </Stack>
  );
}

function ApplyForm({ draft, onPublished, onClose }: ReviewProps) {
  const [comment, setComment] = useState('');
  const [forced, setForced] = useState(false);
  const publish = usePublish();
  const isDangerous =
    draft.warnings.some(({ severity }) => severity === 'error') || draft.tests.some(({ pass }) => !pass);
  // By its promise: once the draft is read anew it says what is in force, and this form is gone.
  const apply = () =>
    void publish
      .mutateAsync({
        version: draft.version,
        ...(comment.trim() === '' ? {} : { comment: comment.trim() }),
        ...(isDangerous ? { force: forced } : {}),
      })
      .then(
        ({ revision }) => onPublished(revision),
        () => undefined,
      );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        apply();
      }}
    >
      <Stack gap="sm">
        <Textarea
          label={words.comment}
          description={words.commentHint}
          maxLength={1000}
          autosize
          minRows={2}
          value={comment}
          onChange={(event) => setComment(event.currentTarget.value)}
        />
        {isDangerous ? (
          <Checkbox
            label={words.force}
            checked={forced}
            onChange={(event) => setForced(event.currentTarget.checked)}
          />
        ) : null}
        <Refusal error={publish.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {commonTexts.cancel}
          </Button>
          <Button type="submit" loading={publish.isPending} disabled={isDangerous && !forced}>
            {words.apply}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** A draft that moved is read anew and stands above, with the comment kept: it is only to be read once more. */
function Refusal({ error }: { readonly error: unknown }) {
  if (error === null) return null;
  if (error instanceof ApiProblem && error.code === 'DRAFT_CONFLICT') {
    return (
      <Alert color="amber" role="alert">
        {words.moved(theirsOf(error).updatedBy?.name ?? words.somebody)}
      </Alert>
    );
  }
  return <ProblemNotice error={error} />;
}
