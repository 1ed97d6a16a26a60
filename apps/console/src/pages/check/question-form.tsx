/** The question: image, action, person, policy or draft. */

import { Button, Checkbox, Group, Select, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { checkTexts } from '#texts/check.ts';
import { useMay } from '../../api/session.ts';
import { PersonSelect } from '../../pieces/person-select.tsx';
import { ACTIONS, type Question } from './question.ts';

const words = checkTexts;

export function QuestionForm({
  question,
  isBusy,
  onAsk,
}: {
  readonly question: Question | undefined;
  readonly isBusy: boolean;
  readonly onAsk: (question: Question) => void;
}) {
  const may = useMay();
  const form = useForm({
    initialValues: {
      reference: question?.reference ?? '',
      action: question?.action ?? 'pull',
      as: question?.as ?? '',
      draft: question?.draft ?? false,
    },
  });
  const ask = ({ reference, action, as, draft }: typeof form.values) =>
    onAsk({
      reference: reference.trim(),
      action,
      ...(as === '' ? {} : { as }),
      ...(draft ? { draft } : {}),
    });
  return (
    <form onSubmit={form.onSubmit(ask)}>
      <Stack>
        <Group align="flex-start" gap="md" grow preventGrowOverflow={false}>
          <TextInput
            label={words.reference}
            description={words.referenceHint}
            placeholder="ghcr.io/acme/app:1"
            required
            withAsterisk={false}
            autoComplete="off"
            spellCheck={false}
            miw={240}
            inputWrapperOrder={['label', 'input', 'description']}
            {...form.getInputProps('reference')}
          />
          <Select
            label={words.action}
            data={ACTIONS.map((action) => ({ value: action, label: words.actions[action] }))}
            allowDeselect={false}
            maw={220}
            {...form.getInputProps('action')}
          />
          {may('policy:read') && may('people:read') ? (
            <PersonSelect label={words.as} placeholder={words.myself} {...form.getInputProps('as')} />
          ) : null}
        </Group>
        <Group justify="space-between">
          {may('policy:read') ? (
            <Checkbox label={words.draft} {...form.getInputProps('draft', { type: 'checkbox' })} />
          ) : (
            <span />
          )}
          <Button type="submit" loading={isBusy} disabled={form.values.reference.trim() === ''}>
            {words.submit}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
