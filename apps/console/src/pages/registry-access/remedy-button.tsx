/** Puts into the draft what mends a warning, where one change does. */

import { Button } from '@mantine/core';
import { registryAccessTexts } from '#texts/registry-access.ts';
import type { Draft } from '../../api/draft.ts';
import { useAddRegistry, useEditRegistry } from '../../api/registries.ts';
import { useMay } from '../../api/session.ts';
import { ProblemNotice } from '../../pieces/problem-notice.tsx';

type Remedy = NonNullable<Draft['warnings'][number]['remedy']>;

export function RemedyButton({ remedy }: { readonly remedy: Remedy }) {
  const mayWrite = useMay()('policy:write');
  const add = useAddRegistry();
  const edit = useEditRegistry();
  if (!mayWrite) return null;
  const { repositories } = remedy.kind === 'add' ? remedy.entry : remedy.fields;
  const error = add.error ?? edit.error;
  const apply = () => {
    if (remedy.kind === 'add') add.mutate(remedy.entry);
    else edit.mutate({ id: remedy.id, body: remedy.fields });
  };
  return (
    <>
      <Button mt="xs" size="xs" variant="default" loading={add.isPending || edit.isPending} onClick={apply}>
        {registryAccessTexts.draft.remedy(repositories.join(', '))}
      </Button>
      {error === null ? null : <ProblemNotice error={error} />}
    </>
  );
}
