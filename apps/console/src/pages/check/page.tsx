/** Check: any reference, as any person. The question lives in the address, so that it can be sent to somebody. */

import { Paper } from '@mantine/core';
import { IconTestPipe } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { checkTexts } from '#texts/check.ts';
import { answerOf, api } from '../../api/client.ts';
import { useOrganization } from '../../api/session.ts';
import { EmptyState } from '../../pieces/empty-state.tsx';
import { PageHeader } from '../../pieces/page-header.tsx';
import { ProblemNotice } from '../../pieces/problem-notice.tsx';
import { Answer } from './answer.tsx';
import { parseQuestion, type Question } from './question.ts';
import { QuestionForm } from './question-form.tsx';

export function Page() {
  const { slug } = useOrganization();
  const question = parseQuestion(useSearch({ strict: false }));
  const navigate = useNavigate();
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ['check', slug, question],
    queryFn: ({ signal }) =>
      answerOf(
        api.POST('/api/v1/organizations/{organization}/check', {
          params: { path: { organization: slug } },
          body: question as Question,
          signal,
        }),
      ),
    enabled: question !== undefined,
  });
  const ask = (asked: Question) => {
    void navigate({ to: '.', search: { ...asked } });
    // The same question again: the policy may have changed meanwhile.
    if (JSON.stringify(asked) === JSON.stringify(question)) void refetch();
  };
  return (
    <>
      <PageHeader title={checkTexts.title} lead={checkTexts.lead} />
      <Paper withBorder p="md" mb="lg">
        <QuestionForm question={question} isBusy={isFetching} onAsk={ask} />
      </Paper>
      <div aria-live="polite">
        {question === undefined ? <EmptyState icon={IconTestPipe} {...checkTexts.before} /> : null}
        {error === null ? null : <ProblemNotice error={error} onRetry={() => void refetch()} />}
        {data === undefined || error !== null ? null : (
          <Answer answer={data} isDraft={question?.draft === true} />
        )}
      </div>
    </>
  );
}
