/** Edits a registry of the draft. When somebody else has changed the same entry meanwhile, both sides are shown. */

import { Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { registryAccessTexts } from '#texts/registry-access.ts';
import { draftQuery } from '../../api/draft.ts';
import { ApiProblem } from '../../api/problem.ts';
import { type Registry, registryQuery, useEditRegistry } from '../../api/registries.ts';
import { useOrganization } from '../../api/session.ts';
import { ProblemNotice } from '../../pieces/problem-notice.tsx';
import { CLOSED, useAccessSearch } from './access-search.ts';
import { ConflictNotice } from './conflict-notice.tsx';
import { RegistryForm } from './registry-form.tsx';
import { type RegistryValues, toEdit, toValues } from './registry-values.ts';
import { SideDrawer } from './side-drawer.tsx';

const words = registryAccessTexts;

export function EditRegistry({ id }: { readonly id: string }) {
  const { slug } = useOrganization();
  const [, change] = useAccessSearch();
  const [isDirty, setDirty] = useState(false);
  const onClose = () => change(CLOSED);
  const item = useQuery({ ...registryQuery(slug, id), refetchInterval: false });
  const draft = useQuery(draftQuery(slug));
  // What the form opened with stays, whatever is read later: the person's own text is compared with it.
  const [opened, setOpened] = useState<{ item: Registry; version: number }>();
  if (opened === undefined && item.data !== undefined && draft.data !== undefined && !item.isStale) {
    setOpened({ item: item.data, version: draft.data.version });
  }
  return (
    <SideDrawer
      title={words.form.editTitle(item.data?.name ?? item.data?.registry ?? id)}
      isDirty={isDirty}
      onClose={onClose}
    >
      {(close) =>
        opened === undefined ? (
          <Pending error={item.error ?? draft.error} />
        ) : (
          <Loaded
            key={opened.version}
            opened={opened}
            onDirty={setDirty}
            onCancel={close}
            onDone={onClose}
            onReopen={() => {
              setDirty(false);
              setOpened(undefined);
              void Promise.all([item.refetch(), draft.refetch()]);
            }}
          />
        )
      }
    </SideDrawer>
  );
}

function Pending({ error }: { readonly error: unknown }) {
  if (error !== null) return <ProblemNotice error={error} />;
  return (
    <Stack aria-busy="true">
      <Skeleton h={60} />
      <Skeleton h={60} />
      <Skeleton h={240} />
    </Stack>
  );
}

function Loaded({
  opened,
  onDirty,
  onCancel,
  onDone,
  onReopen,
}: {
  readonly opened: { readonly item: Registry; readonly version: number };
  readonly onDirty: (isDirty: boolean) => void;
  readonly onCancel: () => void;
  readonly onDone: () => void;
  readonly onReopen: () => void;
}) {
  const mutation = useEditRegistry();
  const { item } = opened;
  const [mine, setMine] = useState<RegistryValues>();
  const save = (values: RegistryValues, version: number) => {
    setMine(values);
    mutation.mutate({ id: item.id, body: toEdit(values), version }, { onSuccess: onDone });
  };
  const { error } = mutation;
  const conflict = error instanceof ApiProblem && error.code === 'DRAFT_CONFLICT' ? error : undefined;
  const notice =
    conflict === undefined ? (
      error === null ? null : (
        <ProblemNotice error={error} />
      )
    ) : (
      <ConflictNotice
        problem={conflict}
        path={`/registries/${item.id}`}
        isBusy={mutation.isPending}
        onReapply={(version) => mine !== undefined && save(mine, version)}
        onTake={onReopen}
      />
    );
  return (
    <RegistryForm
      initial={toValues(item)}
      id={item.id}
      action={words.form.save}
      isBusy={mutation.isPending}
      notice={notice}
      onSave={(values) => save(values, opened.version)}
      onDirty={onDirty}
      onClose={onCancel}
    />
  );
}
