/** A new API token: what for, how long, and what it may do in words; no more than who makes it may. */

import { Button, Checkbox, Group, Modal, Select, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { commonTexts } from '#texts/common.ts';
import { peopleTexts } from '#texts/people.ts';
import { type Scope, useOrganization } from '../../api/session.ts';
import { type ApiToken, useCreateToken } from '../../api/tokens.ts';
import { ProblemNotice } from '../../pieces/problem-notice.tsx';

const words = peopleTexts.tokens;
const DAY_S = 86_400;

export function CreateToken({
  onMade,
  onClose,
}: {
  readonly onMade: (token: ApiToken) => void;
  readonly onClose: () => void;
}) {
  const { scopes: own } = useOrganization();
  const create = useCreateToken();
  const form = useForm<{ name: string; days: string; scopes: string[] }>({
    initialValues: { name: '', days: '90', scopes: [] },
    validate: { name: (name) => (name.trim() === '' ? words.nameWrong : null) },
  });
  const submit = ({ name, days, scopes }: typeof form.values) =>
    create.mutate(
      { name: name.trim(), expiresIn: Number(days) * DAY_S, scopes: scopes as Scope[] },
      { onSuccess: onMade },
    );
  return (
    <Modal opened onClose={onClose} title={words.title} centered size="lg">
      <form noValidate onSubmit={form.onSubmit(submit)}>
        <Stack>
          <TextInput
            label={words.name}
            description={words.nameHint}
            maxLength={100}
            required
            withAsterisk={false}
            autoComplete="off"
            data-autofocus
            {...form.getInputProps('name')}
          />
          <Select
            label={words.expires}
            data={Object.entries(words.lives).map(([value, label]) => ({ value, label }))}
            allowDeselect={false}
            {...form.getInputProps('days')}
          />
          <Checkbox.Group label={words.may} description={words.mayHint} {...form.getInputProps('scopes')}>
            <Stack gap="xs" mt="sm">
              {Object.entries(words.scopes)
                .filter(([scope]) => own.includes(scope))
                .map(([scope, { name, text }]) => (
                  <Checkbox key={scope} value={scope} label={name} description={text} />
                ))}
            </Stack>
          </Checkbox.Group>
          {create.error === null ? null : <ProblemNotice error={create.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {commonTexts.cancel}
            </Button>
            <Button type="submit" loading={create.isPending}>
              {words.make}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
