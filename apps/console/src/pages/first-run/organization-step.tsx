/** Step 1: the organization is there; its name can be changed. */

import { Button, Group, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { commonTexts } from '#texts/common.ts';
import { firstRunTexts } from '#texts/first-run.ts';
import { useRenameOrganization } from '../../api/organization.ts';
import { useMay, useOrganization } from '../../api/session.ts';
import { ProblemNotice } from '../../pieces/problem-notice.tsx';
import { Step } from './step.tsx';

const words = firstRunTexts.organization;
const MAX_LENGTH = 100;

export function OrganizationStep() {
  const { name, slug } = useOrganization();
  const may = useMay()('organization:write');
  const [isOpen, setOpen] = useState(false);
  return (
    <Step at={1} title={words.title} progress="done">
      <Group justify="space-between" gap="sm">
        <Text>
          <b>{name}</b> {words.is(slug)}
        </Text>
        {may && !isOpen ? (
          <Button size="xs" variant="default" onClick={() => setOpen(true)}>
            {words.rename}
          </Button>
        ) : null}
      </Group>
      {isOpen ? <Rename name={name} onClose={() => setOpen(false)} /> : null}
    </Step>
  );
}

function Rename({ name, onClose }: { readonly name: string; readonly onClose: () => void }) {
  const { slug } = useOrganization();
  const { mutate, isPending, error } = useRenameOrganization(slug);
  const [wish, setWish] = useState(name);
  const isGood = wish.trim() !== '';
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isGood) mutate(wish.trim(), { onSuccess: onClose });
      }}
    >
      <Group align="flex-end" gap="xs">
        <TextInput
          label={words.name}
          value={wish}
          onChange={(event) => setWish(event.currentTarget.value)}
          maxLength={MAX_LENGTH}
          autoComplete="organization"
          data-autofocus
          autoFocus
        />
        <Button type="submit" disabled={!isGood} loading={isPending}>
          {words.save}
        </Button>
        <Button variant="default" onClick={onClose}>
          {commonTexts.cancel}
        </Button>
      </Group>
      {error === null ? null : <ProblemNotice error={error} />}
    </form>
  );
}
