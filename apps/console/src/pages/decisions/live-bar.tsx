/** The switch of the live tail, and what it is doing. Its height is the same in every state. */

import { Button, Group, Switch, Text, VisuallyHidden } from '@mantine/core';
import { decisionsTexts } from '#texts/decisions.ts';
import type { LiveTail } from './live-tail.ts';

const words = decisionsTexts.live;

export function LiveBar({
  tail,
  isOn,
  isPaused,
  onChange,
}: {
  readonly tail: LiveTail;
  readonly isOn: boolean;
  readonly isPaused: boolean;
  readonly onChange: (isOn: boolean) => void;
}) {
  const { state, waiting, announcement, show } = tail;
  const isWaiting = isPaused && waiting > 0;
  return (
    <Group gap="sm" mih={36} mb="xs">
      <Switch
        label={words.label}
        checked={isOn}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      {state === 'off' ? null : (
        <Text size="sm" c="dimmed">
          {state === 'open' && isPaused ? words.paused : words[state]}
          {isWaiting ? ` ${words.waiting(waiting)}` : null}
        </Text>
      )}
      {isWaiting ? (
        <Button size="compact-sm" variant="light" onClick={show}>
          {words.show}
        </Button>
      ) : null}
      <VisuallyHidden role="status" aria-live="polite">
        {announcement}
      </VisuallyHidden>
    </Group>
  );
}
