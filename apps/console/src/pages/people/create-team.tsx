/** A new team: its name for people, and the one by which rules name it, made from it. */

import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { commonTexts } from '#texts/common.ts';
import { peopleTexts } from '#texts/people.ts';
import { useCreateTeam } from '../../api/teams.ts';
import { ProblemNotice } from '../../pieces/problem-notice.tsx';
import { usePeopleAddress } from './address.ts';

const words = peopleTexts.teams;
const SLUG = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

export function CreateTeam({ onClose }: { readonly onClose: () => void }) {
  const create = useCreateTeam();
  const { change } = usePeopleAddress();
  const form = useForm({
    initialValues: { name: '', slug: '' },
    validate: { slug: (slug) => (SLUG.test(slug) ? null : words.slugWrong) },
  });
  const setName = (name: string) => {
    // Follows the name until somebody writes another.
    const follows = form.values.slug === toSlug(form.values.name);
    form.setValues({ name, ...(follows ? { slug: toSlug(name) } : {}) });
  };
  const submit = ({ name, slug }: typeof form.values) =>
    create.mutate(
      { slug, ...(name.trim() === '' ? {} : { name: name.trim() }) },
      {
        onSuccess: () => {
          onClose();
          change({ team: slug }, false);
        },
      },
    );
  return (
    <Modal opened onClose={onClose} title={words.createTitle} centered>
      <form onSubmit={form.onSubmit(submit)}>
        <Stack>
          <TextInput
            label={words.name}
            description={words.nameHint}
            maxLength={100}
            autoComplete="off"
            data-autofocus
            value={form.values.name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <TextInput
            label={words.slug}
            description={words.slugHint}
            autoComplete="off"
            spellCheck={false}
            required
            withAsterisk={false}
            classNames={{ input: 'mono' }}
            {...form.getInputProps('slug')}
          />
          {create.error === null ? null : <ProblemNotice error={create.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {commonTexts.cancel}
            </Button>
            <Button type="submit" loading={create.isPending}>
              {words.createAction}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

const toSlug = (name: string): string =>
  name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 63)
    .replace(/^-+|-+$/g, '');
