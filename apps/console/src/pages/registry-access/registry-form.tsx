/** The form of one registry: host, access, limits, and what people are told. */

import {
  Button,
  Checkbox,
  Fieldset,
  Group,
  SegmentedControl,
  Stack,
  Switch,
  Text,
  TextInput,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import type { ReactNode } from 'react';
import { commonTexts } from '#texts/common.ts';
import { registryAccessTexts } from '#texts/registry-access.ts';
import type { Action } from '../../api/registries.ts';
import { HostField } from './host-field.tsx';
import { LimitFields } from './limit-fields.tsx';
import {
  isDeepForm,
  type RegistryValues,
  validateHost,
  validateLimits,
  validateMirror,
  validatePrefix,
} from './registry-values.ts';

const words = registryAccessTexts;
const ACTIONS: readonly Action[] = ['pull', 'push', 'delete', 'catalog'];

export interface RegistryFormProps {
  readonly initial: RegistryValues;
  /** Entry that is edited. */
  readonly id?: string | undefined;
  readonly action: string;
  readonly isBusy: boolean;
  /** Problems and conflicts, above the buttons. */
  readonly notice: ReactNode;
  readonly onSave: (values: RegistryValues) => void;
  readonly onDirty: (isDirty: boolean) => void;
  readonly onClose: () => void;
}

export function RegistryForm(props: RegistryFormProps) {
  const { initial, id, action, isBusy, notice, onSave, onDirty, onClose } = props;
  const form = useForm<RegistryValues>({
    initialValues: initial,
    validateInputOnBlur: true,
    validate: {
      registry: (registry, { insecure }) => validateHost(registry, insecure),
      actions: (actions, { access }) =>
        access === 'allow' && actions.length === 0 ? words.form.actionsRequired : null,
      ...validateLimits,
      mirrorOf: validateMirror,
      mirrorPrefix: validatePrefix,
    },
    onValuesChange: () => onDirty(true),
  });
  const { access, registry, insecure, mirrorOf } = form.values;
  return (
    <form onSubmit={form.onSubmit(onSave)} noValidate>
      <Stack>
        <HostField
          value={registry}
          insecure={insecure}
          error={form.errors.registry}
          onChange={(value) => form.setFieldValue('registry', value)}
          onBlur={() => form.values.registry !== '' && form.validateField('registry')}
          onTakePath={(pattern) => form.setFieldValue('repositories', [...form.values.repositories, pattern])}
          except={id}
        />
        <TextInput
          label={words.form.name}
          description={words.form.nameHint}
          maxLength={200}
          {...form.getInputProps('name')}
        />
        <Stack gap={6}>
          <SegmentedControl
            transitionDuration={0}
            aria-label={words.form.access}
            data={[
              { value: 'allow', label: words.form.allow },
              { value: 'block', label: words.form.block },
            ]}
            {...form.getInputProps('access')}
          />
          {access === 'block' ? <Text size="sm">{words.form.blockHint}</Text> : null}
        </Stack>
        {access === 'block' ? null : <ActionField {...form.getInputProps('actions')} />}
        <Fieldset legend={words.form.limits}>
          <LimitFields of={(field) => form.getInputProps(field)} />
        </Fieldset>
        {isDeepForm(form.values) ? (
          <Checkbox
            label={words.form.whenHostOnly}
            description={words.form.whenHostOnlyHint}
            {...form.getInputProps('whenHostOnly', { type: 'checkbox' })}
          />
        ) : null}
        <Switch
          label={words.form.insecure}
          description={words.form.insecureHint}
          {...form.getInputProps('insecure', { type: 'checkbox' })}
        />
        <TextInput
          label={words.form.mirrorOf}
          description={words.form.mirrorOfHint}
          maxLength={300}
          {...form.getInputProps('mirrorOf')}
        />
        {mirrorOf.trim() === '' ? null : (
          <TextInput
            label={words.form.mirrorPrefix}
            description={words.form.mirrorPrefixHint}
            maxLength={255}
            {...form.getInputProps('mirrorPrefix')}
          />
        )}
        <TextInput
          label={words.form.because}
          description={words.form.becauseHint}
          maxLength={500}
          {...form.getInputProps('because')}
        />
        {notice}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {commonTexts.cancel}
          </Button>
          <Button type="submit" loading={isBusy}>
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface ActionInput {
  readonly value?: string[];
  readonly onChange: (value: string[]) => void;
  readonly error?: ReactNode;
}

function ActionField(input: ActionInput) {
  return (
    <Checkbox.Group label={words.form.actions} {...input}>
      <Group gap="lg" mt={6} align="flex-start">
        {ACTIONS.map((action) => (
          <Checkbox
            key={action}
            value={action}
            label={words.actionNames[action]}
            description={words.actionHints[action]}
          />
        ))}
      </Group>
    </Checkbox.Group>
  );
}
