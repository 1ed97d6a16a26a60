/** The directory (SCIM): switched on, its address and credentials, what its groups give, its end. */

import { Alert, Button, Group, Paper, Skeleton, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconRefresh } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { commonTexts } from '#texts/common.ts';
import { settingsTexts } from '#texts/settings.ts';
import { type ScimConnection, scimQuery, useScimChanges } from '../../api/identity.ts';
import { useOrganization } from '../../api/session.ts';
import { ConfirmDialog } from '../../pieces/confirm-dialog.tsx';
import { CopyField } from '../../pieces/copy-field.tsx';
import { EmptyState } from '../../pieces/empty-state.tsx';
import { ProblemNotice } from '../../pieces/problem-notice.tsx';
import { DirectoryCredentials } from './directory-credentials.tsx';
import { findMappingProblem, MappingsEditor, toMappings, toRows } from './mappings-editor.tsx';

const words = settingsTexts.scim;

export function Directory() {
  const { slug } = useOrganization();
  const { data, error, refetch } = useQuery(scimQuery(slug));
  if (data === undefined && error !== null) {
    return <ProblemNotice error={error} onRetry={() => void refetch()} />;
  }
  if (data === undefined) return <Skeleton h={420} role="status" aria-label={commonTexts.loading} />;
  return (
    <Stack maw={760} gap="lg">
      <Text c="dimmed">{words.lead}</Text>
      {data === null ? <Off /> : <On connection={data} />}
    </Stack>
  );
}

function Off() {
  const { save } = useScimChanges();
  return (
    <EmptyState icon={IconRefresh} title={words.off.title} text={words.off.text}>
      {save.error === null ? null : <ProblemNotice error={save.error} />}
      <Button loading={save.isPending} onClick={() => save.mutate(undefined)}>
        {words.off.action}
      </Button>
    </EmptyState>
  );
}

function On({ connection }: { readonly connection: ScimConnection }) {
  return (
    <>
      <Paper withBorder p="lg">
        <Stack>
          <CopyField label={words.url} value={connection.url} description={words.urlHint} />
          <Text size="sm">{words.holds(connection.users, connection.groups)}</Text>
        </Stack>
      </Paper>
      <DirectoryCredentials credentials={connection.credentials} />
      <Mappings key={JSON.stringify(connection.mappings)} connection={connection} />
      <Remove />
    </>
  );
}

function Mappings({ connection }: { readonly connection: ScimConnection }) {
  const [rows, setRows] = useState(() => toRows(connection.mappings));
  const [problem, setProblem] = useState<string>();
  const { save } = useScimChanges(() => notifications.show({ message: words.saved }));
  const submit = () => {
    const wrong = findMappingProblem(rows);
    setProblem(wrong);
    if (wrong !== undefined) return;
    save.mutate(toMappings(rows));
  };
  return (
    <Stack>
      <MappingsEditor rows={rows} onChange={setRows} isReadOnly={false} />
      {problem === undefined ? null : (
        <Alert color="red" role="alert">
          {problem}
        </Alert>
      )}
      {save.error === null ? null : <ProblemNotice error={save.error} />}
      <Group justify="flex-end">
        <Button onClick={submit} loading={save.isPending}>
          {words.save}
        </Button>
      </Group>
    </Stack>
  );
}

function Remove() {
  const { slug } = useOrganization();
  const { remove } = useScimChanges();
  const [isAsking, setIsAsking] = useState(false);
  return (
    <Group>
      <Button variant="light" color="red" onClick={() => setIsAsking(true)}>
        {words.remove.action}
      </Button>
      {isAsking ? (
        <ConfirmDialog
          title={words.remove.title}
          effect={words.remove.text}
          action={words.remove.action}
          typed={slug}
          isBusy={remove.isPending}
          error={remove.error}
          onConfirm={() => remove.mutate(undefined, { onSuccess: () => setIsAsking(false) })}
          onClose={() => setIsAsking(false)}
        />
      ) : null}
    </Group>
  );
}
