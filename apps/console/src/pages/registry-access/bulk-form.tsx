/** The list as text or as a file, and its preview by the server: what would be added, is there already, cannot be read. */

import { Button, FileButton, Group, Stack, Text, Textarea } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { parseRegistryList } from '@pullgate/policy';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { commonTexts } from '#texts/common.ts';
import { registryAccessTexts } from '#texts/registry-access.ts';
import { answerOf, api } from '../../api/client.ts';
import { useAddRegistries } from '../../api/registries.ts';
import { useOrganization } from '../../api/session.ts';
import { ProblemNotice } from '../../pieces/problem-notice.tsx';
import { BulkPreview } from './bulk-preview.tsx';

const words = registryAccessTexts.bulk;
const SETTLE_MS = 300;
/** As many as the API takes at once. */
const MOST = 10_000;

export function BulkForm({
  onDirty,
  onDone,
  onCancel,
}: {
  readonly onDirty: (isDirty: boolean) => void;
  readonly onDone: () => void;
  readonly onCancel: () => void;
}) {
  const [text, setText] = useState('');
  const [settled] = useDebouncedValue(text, SETTLE_MS);
  const list = useMemo(() => parseRegistryList(settled), [settled]);
  const entries = useMemo(
    () =>
      list.entries.map(({ registry, name, allowed }) => ({
        registry,
        ...(name === undefined ? {} : { name }),
        ...(allowed ? {} : { allow: [] }),
      })),
    [list],
  );
  const isTooLong = entries.length > MOST;
  const preview = useDryRun(entries, entries.length > 0 && !isTooLong);
  const add = useAddRegistries();
  const change = (next: string) => {
    setText(next);
    onDirty(next !== '');
  };
  const result = entries.length === 0 ? undefined : preview.data;
  const added = settled === text && !preview.isPlaceholderData ? (result?.added ?? 0) : 0;
  return (
    <Stack>
      <Text c="dimmed">{words.lead}</Text>
      <Textarea
        label={words.field}
        placeholder={words.placeholder}
        value={text}
        onChange={(event) => change(event.currentTarget.value)}
        autosize
        minRows={6}
        maxRows={14}
        spellCheck={false}
        className="mono"
        data-autofocus
      />
      <Group>
        <FileButton accept=".csv,.json,.txt,text/*" onChange={(file) => void file?.text().then(change)}>
          {(props) => (
            <Button {...props} variant="default">
              {words.file}
            </Button>
          )}
        </FileButton>
      </Group>
      {isTooLong ? <Text role="alert">{words.tooMany}</Text> : null}
      {preview.error === null ? null : <ProblemNotice error={preview.error} />}
      <div aria-live="polite">
        {result === undefined && list.problems.length === 0 ? null : (
          <BulkPreview list={list} result={result} />
        )}
      </div>
      {add.error === null ? null : <ProblemNotice error={add.error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onCancel}>
          {commonTexts.cancel}
        </Button>
        <Button
          disabled={added === 0}
          loading={add.isPending}
          onClick={() => add.mutate(entries, { onSuccess: onDone })}
        >
          {words.add(added)}
        </Button>
      </Group>
    </Stack>
  );
}

/** Judged by the server, which has the list: nothing is changed. */
function useDryRun(entries: readonly { registry: string }[], enabled: boolean) {
  const { slug } = useOrganization();
  return useQuery({
    queryKey: ['registries', slug, 'dry-run', entries],
    queryFn: ({ signal }) =>
      answerOf(
        api.POST('/api/v1/organizations/{organization}/registries/bulk', {
          params: { path: { organization: slug } },
          body: { entries: [...entries], dryRun: true },
          signal,
        }),
      ),
    enabled,
    placeholderData: keepPreviousData,
    gcTime: 0,
  });
}
