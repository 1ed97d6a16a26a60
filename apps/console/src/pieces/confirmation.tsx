/** Asks before something is destroyed: names the effect; what cannot be undone must be typed. */

import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { commonTexts } from '#texts/common.ts';
import { ProblemNotice } from './problem-notice.tsx';

export interface ConfirmationProps {
  readonly title: string;
  /** What will happen, to whom. */
  readonly effect: ReactNode;
  /** Words of the button: the verb and its object. */
  readonly action: string;
  /** To be typed where the effect cannot be undone. */
  readonly typed?: string;
  readonly isBusy: boolean;
  readonly error: unknown;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

export function Confirmation(props: ConfirmationProps) {
  const { title, effect, action, typed, isBusy, error, onConfirm, onClose } = props;
  const [word, setWord] = useState('');
  const isReady = typed === undefined || word === typed;
  return (
    <Modal opened onClose={onClose} title={title} centered>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady) onConfirm();
        }}
      >
        <Stack>
          <Text component="div">{effect}</Text>
          {typed === undefined ? null : (
            <TextInput
              label={commonTexts.typeToConfirm(typed)}
              value={word}
              onChange={(event) => setWord(event.currentTarget.value)}
              autoComplete="off"
              data-autofocus
            />
          )}
          {error === null || error === undefined ? null : <ProblemNotice error={error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {commonTexts.cancel}
            </Button>
            <Button type="submit" color="red" disabled={!isReady} loading={isBusy}>
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
