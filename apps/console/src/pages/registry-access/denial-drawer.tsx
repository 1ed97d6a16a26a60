/** Adds or edits a denial, in the draft's document. */

import { Alert, Button, Checkbox, Fieldset, Group, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { commonTexts } from '#texts/common.ts';
import { registryAccessTexts } from '#texts/registry-access.ts';
import { draftQuery, useReplaceDraft } from '../../api/draft.ts';
import { ApiProblem } from '../../api/problem.ts';
import type { Action } from '../../api/registries.ts';
import { useOrganization } from '../../api/session.ts';
import { ProblemNotice } from '../../pieces/problem-notice.tsx';
import { CLOSED, useAccessSearch } from './access-search.ts';
import { ConflictNotice } from './conflict-notice.tsx';
import { type Denial, documentOf, makeDenialId, withDenial } from './denials.ts';
import { HostField } from './host-field.tsx';
import { LimitFields } from './limit-fields.tsx';
import { EMPTY_RULE, type RuleValues, registryOf, validateHost, validateLimits } from './registry-values.ts';
import { SideDrawer } from './side-drawer.tsx';

const words = registryAccessTexts;
const ACTIONS: readonly Action[] = ['pull', 'push', 'delete', 'catalog'];

export function DenialDrawer() {
  const { slug } = useOrganization();
  const [{ deny, editDenial, repositories }, change] = useAccessSearch();
  const { data: draft } = useQuery(draftQuery(slug));
  const [isDirty, setDirty] = useState(false);
  const replace = useReplaceDraft();
  const onClose = () => change(CLOSED);
  if (draft === undefined) return null;
  const found = documentOf(draft).deny.find(({ id }) => id === editDenial);
  // Whatever was changed meanwhile elsewhere in the draft stays: the denial goes into the draft as it is now.
  const save = (values: RuleValues, version: number) => {
    const document = documentOf(draft);
    const id = editDenial ?? makeDenialId(document, registryOf(values));
    replace.mutate({ version, document: withDenial(document, toDenial(id, values)) }, { onSuccess: onClose });
  };
  return (
    <SideDrawer
      title={editDenial === undefined ? words.denials.drawer.add : words.denials.drawer.edit}
      isDirty={isDirty}
      onClose={onClose}
    >
      {(close) => (
        <DenialForm
          initial={
            found === undefined
              ? { ...EMPTY_RULE, registry: deny ?? '', repositories: [...repositories] }
              : toRule(found)
          }
          isNew={editDenial === undefined}
          isBusy={replace.isPending}
          error={replace.error}
          onSave={(values) => save(values, draft.version)}
          onDirty={setDirty}
          onClose={close}
          onTake={onClose}
        />
      )}
    </SideDrawer>
  );
}

function toRule({ registry, actions = [], because = '', ...limits }: Denial): RuleValues {
  const { repositories = [], tags = [], digests = [], teams = [] } = limits;
  return {
    registry,
    actions: [...actions],
    repositories: [...repositories],
    tags: [...tags],
    digests: [...digests],
    teams: [...teams],
    because,
  };
}

function toDenial(id: string, values: RuleValues): Denial {
  const { because, registry: _registry, ...lists } = values;
  const given = Object.entries(lists).filter(([, items]) => items.length > 0);
  const reason = because.trim() === '' ? {} : { because: because.trim() };
  return { id, registry: registryOf(values), ...Object.fromEntries(given), ...reason };
}

function DenialForm({
  initial,
  isNew,
  isBusy,
  error,
  onSave,
  onDirty,
  onClose,
  onTake,
}: {
  readonly initial: RuleValues;
  readonly isNew: boolean;
  readonly isBusy: boolean;
  readonly error: unknown;
  readonly onSave: (values: RuleValues) => void;
  readonly onDirty: (isDirty: boolean) => void;
  readonly onClose: () => void;
  readonly onTake: () => void;
}) {
  const form = useForm<RuleValues>({
    initialValues: initial,
    validateInputOnBlur: true,
    validate: { registry: (registry) => validateHost(registry), ...validateLimits },
    onValuesChange: () => onDirty(true),
  });
  return (
    <form onSubmit={form.onSubmit(onSave)} noValidate>
      <Stack>
        <HostField
          value={form.values.registry}
          error={form.errors.registry}
          onChange={(value) => form.setFieldValue('registry', value)}
          onTakePath={(path) => form.setFieldValue('repositories', [...form.values.repositories, path])}
        />
        <Checkbox.Group
          label={words.denials.actions}
          description={words.denials.actionsHint}
          {...form.getInputProps('actions')}
        >
          <Group gap="lg" mt={6}>
            {ACTIONS.map((action) => (
              <Checkbox key={action} value={action} label={words.actionNames[action]} />
            ))}
          </Group>
        </Checkbox.Group>
        <Fieldset legend={words.form.limits}>
          <LimitFields of={(field) => form.getInputProps(field)} />
        </Fieldset>
        {form.values.tags.length > 0 ? (
          <Alert color="amber" role="status">
            {words.denials.tagsWarning}
          </Alert>
        ) : null}
        <TextInput
          label={words.form.because}
          description={words.form.becauseHint}
          maxLength={500}
          {...form.getInputProps('because')}
        />
        <Refusal error={error} isBusy={isBusy} onReapply={() => onSave(form.values)} onTake={onTake} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {commonTexts.cancel}
          </Button>
          <Button type="submit" loading={isBusy}>
            {isNew ? words.form.addAction : words.form.save}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Refusal({
  error,
  ...conflict
}: {
  readonly error: unknown;
  readonly isBusy: boolean;
  readonly onReapply: () => void;
  readonly onTake: () => void;
}) {
  if (error === null) return null;
  if (!(error instanceof ApiProblem) || error.code !== 'DRAFT_CONFLICT')
    return <ProblemNotice error={error} />;
  return <ConflictNotice problem={error} {...conflict} />;
}
