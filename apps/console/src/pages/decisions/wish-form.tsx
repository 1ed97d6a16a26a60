/** What shall be allowed or denied: how much of the registry, which actions, why. */

import { Button, Group, Radio, Stack, Text, TextInput, Title } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { commonTexts } from '#texts/common.ts';
import { decisionsTexts } from '#texts/decisions.ts';
import type { DecisionDetail } from '../../api/decisions.ts';
import { ProblemNotice } from '../../pieces/problem-notice.tsx';
import type { ActionName, Wish } from './plan-change.ts';
import { type Choice, scopesOf } from './wish-choices.ts';

const words = decisionsTexts;

export interface WishFormProps {
  readonly decision: DecisionDetail;
  readonly text: { readonly title: string; readonly lead: string; readonly submit: string };
  /** Which actions may be wished for, the first of them to begin with. */
  readonly actions: readonly Choice<readonly ActionName[]>[];
  readonly isBusy: boolean;
  readonly error: unknown;
  /** Says what the wish will do, or that it is granted already. */
  readonly effectOf?: (wish: Wish) => ReactNode;
  readonly onSubmit: (wish: Wish) => void;
  readonly onClose: () => void;
}

export function WishForm(props: WishFormProps) {
  const { decision, text, actions, isBusy, error, effectOf, onSubmit, onClose } = props;
  const scopes = scopesOf(decision);
  const [scope, setScope] = useState(scopes[0]?.label ?? '');
  const [which, setWhich] = useState(actions[0]?.label ?? '');
  const [because, setBecause] = useState('');
  const wish: Wish = {
    registry: decision.registry,
    actions: actions.find(({ label }) => label === which)?.value ?? [],
    ...withDefined('repository', scopes.find(({ label }) => label === scope)?.value),
    ...withDefined('because', because.trim() === '' ? undefined : because.trim()),
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit(wish);
      }}
    >
      <Stack>
        <div>
          <Title order={3} size="h5">
            {text.title}
          </Title>
          <Text size="sm" c="dimmed">
            {text.lead}
          </Text>
        </div>
        <Choices label={words.scope.label} choices={scopes} value={scope} onChange={setScope} hasFocus />
        <Choices label={words.which.label} choices={actions} value={which} onChange={setWhich} />
        <TextInput
          label={words.because}
          value={because}
          onChange={(event) => setBecause(event.currentTarget.value)}
          maxLength={500}
          autoComplete="off"
        />
        <div aria-live="polite">{effectOf?.(wish)}</div>
        {error === null ? null : <ProblemNotice error={error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {commonTexts.cancel}
          </Button>
          <Button type="submit" loading={isBusy}>
            {text.submit}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Choices({
  label,
  choices,
  value,
  onChange,
  hasFocus = false,
}: {
  readonly label: string;
  readonly choices: readonly Choice<unknown>[];
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly hasFocus?: boolean;
}) {
  return (
    <Radio.Group label={label} value={value} onChange={onChange}>
      <Stack gap={6} mt={6}>
        {choices.map((choice, at) => (
          <Radio
            key={choice.label}
            value={choice.label}
            label={choice.label}
            // The form appears where its button was: the focus must not fall back to the page.
            autoFocus={hasFocus && at === 0}
          />
        ))}
      </Stack>
    </Radio.Group>
  );
}

function withDefined<Name extends string>(
  name: Name,
  value: string | undefined,
): { [name in Name]?: string } {
  return (value === undefined ? {} : { [name]: value }) as { [name in Name]?: string };
}
